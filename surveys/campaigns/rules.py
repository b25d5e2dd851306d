"""Whether a customer is asked now. Pure: no database and no clock."""

from dataclasses import dataclass
from datetime import datetime

from surveys.contacts.quarantine import may_be_asked_from

# The words of AskReason (surveys/models/asking.py).
QUARANTINE, UNSUBSCRIBED, BOUNCED, DO_NOT_CONTACT = "quarantine", "unsubscribed", "bounced", "do_not_contact"
NO_ADDRESS, RESERVED_ADDRESS, SURVEY_NOT_LIVE = "no_address", "reserved_address", "survey_not_live"


@dataclass(frozen=True, slots=True)
class Customer:
    """What is known of the customer, over all rows with their address."""

    has_address: bool = True
    has_reserved_address: bool = False
    do_not_contact: bool = False
    is_unsubscribed: bool = False  # from all surveys, or from this one
    has_bounced: bool = False
    last_asked_at: datetime | None = None
    ask_every_days: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the survey; `quarantine_days` is its own, `company_days` everybody's."""

    is_live: bool = True
    quarantine_days: int | None = None
    company_days: int = 30


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask now."""


@dataclass(frozen=True, slots=True)
class Held:
    """Not now; look again at `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not asked. `until`: from when it would be possible, where that is known."""

    reason: str
    until: datetime | None = None


Decision = Ask | Held | Skipped


def never_mailed(customer: Customer) -> str:
    """Why no mail that asks may go to this customer, whenever; empty when one may."""
    checks = (
        (customer.do_not_contact, DO_NOT_CONTACT),
        (customer.is_unsubscribed, UNSUBSCRIBED),
        (not customer.has_address, NO_ADDRESS),
        (customer.has_bounced, BOUNCED),
        (customer.has_reserved_address, RESERVED_ADDRESS),
    )
    return next((reason for is_so, reason in checks if is_so), "")


def decide(customer: Customer, about: About, at: datetime, *, waits: bool, is_again: bool = False) -> Decision:
    """Whether to ask at `at`. `waits`: whom the quarantine holds is tried again when it ends. `is_again`: it asks again
    after a ticket, which no quarantine holds."""
    if reason := never_mailed(customer):
        return Skipped(reason)
    if not about.is_live:
        return Skipped(SURVEY_NOT_LIVE)
    until = None if is_again else _quarantine_ends(customer, about, at)
    if until is None:
        return Ask()
    return Held(until, QUARANTINE) if waits else Skipped(QUARANTINE, until)


def decide_call(customer: Customer, about: About, at: datetime) -> Decision:
    """Whether to ask by phone at `at`: addresses and bounces say nothing then, wishes and the quarantine do."""
    if customer.do_not_contact or customer.is_unsubscribed:
        return Skipped(DO_NOT_CONTACT if customer.do_not_contact else UNSUBSCRIBED)
    if not about.is_live:
        return Skipped(SURVEY_NOT_LIVE)
    until = _quarantine_ends(customer, about, at)
    return Ask() if until is None else Held(until, QUARANTINE)


def was_asked_since(customer: Customer, about: About, asked_at: datetime | None, at: datetime) -> bool:
    """Whether a mail of `asked_at` that is still here at `at` is one too many: the customer was asked by somebody else,
    or has answered, since then, and the quarantine of that lasts."""
    last = customer.last_asked_at
    is_later = asked_at is not None and last is not None and last > asked_at
    return is_later and _quarantine_ends(customer, about, at) is not None


def _quarantine_ends(customer: Customer, about: About, at: datetime) -> datetime | None:
    return may_be_asked_from(
        last_asked_at=customer.last_asked_at,
        ask_every_days=customer.ask_every_days,
        at=at,
        survey_days=about.quarantine_days,
        company_days=about.company_days,
    )
