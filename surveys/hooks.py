"""What another app may add to a customer's pages, and what it keeps of a customer; `surveys` works without it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.models import Response


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer who can be reached is promised: contact within so many hours after answering."""

    hours: int


PromiseOf = Callable[["Response"], Promise | None]
_promise_of: PromiseOf | None = None


def set_promise(promise_of: PromiseOf) -> None:
    """Called once, at start, by the app that keeps promises."""
    global _promise_of
    _promise_of = promise_of


def promise_of(response: "Response") -> Promise | None:
    """The promise that the thank-you page may show, or None."""
    return _promise_of(response) if _promise_of else None


ValueChanged = Callable[[int], None]
_value_changed: ValueChanged | None = None


def set_value_changed(value_changed: ValueChanged) -> None:
    """Called once, at start, by the app that keeps the value of contacts in rows of its own."""
    global _value_changed
    _value_changed = value_changed


def tell_value_changed(contact_id: int) -> None:
    """The value of a contact changed, in the transaction that goes on: what is kept of it changes in the same one."""
    if _value_changed:
        _value_changed(contact_id)
