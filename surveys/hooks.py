"""Hooks that another app fills: the promise on the thank-you page, and news of a contact's value. All are optional."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.models import Response


@dataclass(frozen=True, slots=True)
class Promise:
    """The promise to a customer who can be reached: contact within `hours` after the answer."""

    hours: int


PromiseOf = Callable[["Response"], Promise | None]
_promise_of: PromiseOf | None = None


def set_promise(promise_of: PromiseOf) -> None:
    """Set the function that gives an answer's promise; the app that keeps promises calls it once, in ready()."""
    global _promise_of
    _promise_of = promise_of


def promise_of(response: "Response") -> Promise | None:
    """The promise that the thank-you page may show, or None."""
    return _promise_of(response) if _promise_of else None


ValueChanged = Callable[[int], None]
_value_changed: ValueChanged | None = None


def set_value_changed(value_changed: ValueChanged) -> None:
    """Set the function that hears of a changed value, by contact id; an app calls it once, in ready()."""
    global _value_changed
    _value_changed = value_changed


def tell_value_changed(contact_id: int) -> None:
    """Tell the other app that a contact's value has changed, inside the transaction that changes it."""
    if _value_changed:
        _value_changed(contact_id)
