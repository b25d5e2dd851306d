"""Hooks that another app fills: the promise and the customer's own page, which the thank-you shows, news of a contact's
value, what a contact's or a company's page shows of tickets, and further tallies. All are optional."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from nps_project.accounts.models import User

if TYPE_CHECKING:
    from surveys.models import Response


@dataclass(frozen=True, slots=True)
class Promise:
    """The promise to a customer who can be reached: contact within `hours` after the answer.

    `offers_times`: they may choose when to be called.
    """

    hours: int
    offers_times: bool = False


PromiseOf = Callable[["Response"], Promise | None]
_promise_of: PromiseOf | None = None


def set_promise(promise_of: PromiseOf) -> None:
    """Set the function that gives an answer's promise; the app that keeps promises calls it once, in ready()."""
    global _promise_of
    _promise_of = promise_of


def promise_of(response: "Response") -> Promise | None:
    """The promise that the thank-you page may show, or None."""
    return _promise_of(response) if _promise_of else None


PromiseFor = Callable[[int, int, datetime], Promise | None]
_promise_for: PromiseFor | None = None


def set_promise_for_previews(promise_for: PromiseFor) -> None:
    """Set the function that gives the promise of a survey (its id) for a score at a time; called in ready()."""
    global _promise_for
    _promise_for = promise_for


def promise_for(survey_id: int, score: int, at: datetime) -> Promise | None:
    """The promise that the thank-you page would show to a customer who can be reached, or None."""
    return _promise_for(survey_id, score, at) if _promise_for else None


CasePath = Callable[["Response"], str]
_case_path: CasePath | None = None


def set_case_path(case_path: CasePath) -> None:
    """Set the function that gives the address of a customer's own page; the app that has it calls it, in ready()."""
    global _case_path
    _case_path = case_path


def case_path_of(response: "Response") -> str:
    """The address, within the site, at which the customer may go on talking; "" for none."""
    return _case_path(response) if _case_path else ""


CallForm = Callable[["Response"], str]
_call_form: CallForm | None = None


def set_call_form(call_form: CallForm) -> None:
    """Set the function that draws the times for a call to choose from; the app that has them calls it, in ready()."""
    global _call_form
    _call_form = call_form


def call_form_of(response: "Response") -> str:
    """The form with which the customer chooses when to be called, as safe HTML; "" without any time."""
    return _call_form(response) if _call_form else ""


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


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket as the page of its customer lists it."""

    number: int
    url: str
    score: int
    status: str  # in the reader's language
    owner: str
    opened_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Tickets:
    """What the app with tickets tells of them, each to a user and of what that user may see.

    `of_contact`: a contact's newest tickets, at most so many; one query. `open_by_company`: the number of open tickets
    of each of these companies that has one; one query.
    """

    of_contact: Callable[[int, User, int], Sequence[TicketLine]]
    open_by_company: Callable[[Collection[int], User], Mapping[int, int]]


_tickets: Tickets | None = None


def set_tickets(tickets: Tickets) -> None:
    """Set who tells of tickets; the app that has them calls it once, in ready()."""
    global _tickets
    _tickets = tickets


def tickets_of_contact(contact_id: int, user: User, most: int) -> Sequence[TicketLine]:
    """The newest tickets of a contact that this user may see."""
    return _tickets.of_contact(contact_id, user, most) if _tickets else ()


def open_tickets_by_company(company_ids: Collection[int], user: User) -> Mapping[int, int]:
    """The number of open tickets of each company that has one, of those that this user may see."""
    return _tickets.open_by_company(company_ids, user) if _tickets else {}


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counts by day that another app keeps.

    `differing_days`: those whose counts are not what a recount says. `recount`: count all anew, in a transaction of its
    own; it gives the number of tallies.
    """

    name: Any  # a lazy translation
    differing_days: Callable[[], Sequence[date]]
    recount: Callable[[], int]


_tallies: list[Tallies] = []


def add_tallies(tallies: Tallies) -> None:
    """Have `check_tallies` and `rebuild_tallies` look after these too; the app that keeps them calls it in ready()."""
    _tallies.append(tallies)


def differing_days() -> list[tuple[str, date]]:
    """The days on which tallies of other apps differ from a recount, each with the name of the tallies."""
    return [(str(one.name), day) for one in _tallies for day in one.differing_days()]


def recount_tallies() -> int:
    """Count the tallies of other apps anew, each in a transaction of its own. Returns: how many."""
    return sum(one.recount() for one in _tallies)
