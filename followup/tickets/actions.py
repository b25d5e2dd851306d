"""What people do with a ticket: claim, assign, note, tick steps, wait, resolve, reopen.

Each function locks the ticket's row, changes it and appends one history entry, in one transaction. `at`: when it
happened, for sample data that is made later; unset, it is now.
"""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from followup.clocks import recompute
from followup.errors import AlreadyOwned, InvalidAction, WrongState
from followup.history import chain
from followup.mentions import services as mentions
from followup.models import (
    Activity,
    ActivityKind,
    Outcome,
    PromiseState,
    RootCause,
    Step,
    StepKind,
    Ticket,
)
from followup.notices import services as notices
from followup.reminders import services as reminders
from followup.tickets.again import asking
from nps_project.accounts.models import Role, Team, User

LONGEST_WAIT = timedelta(days=90)


def lock(ticket_id: int) -> Ticket:
    """The ticket, with its row locked until the end of the transaction.

    It is read without a join: PostgreSQL would compare a row that changed during the wait with what it was joined to
    before, and leave it out. `no_key` lets others refer to the row meanwhile, which could otherwise end in a deadlock.
    """
    return Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)


def must_be_open(ticket: Ticket) -> None:
    """Refuse a resolved ticket. Raises: WrongState."""
    if ticket.is_resolved:
        raise WrongState("status", ticket.status, "a ticket that is not resolved; reopen it first")


def must_keep_its_word(ticket: Ticket) -> None:
    """Refuse a ticket with an open promise. Raises: WrongState, with the id of the first one."""
    found = ticket.promises.filter(state=PromiseState.OPEN).first()
    if found is not None:
        raise WrongState("promise", found.pk, "no open promise; keep it, move it or waive it first")


@transaction.atomic
def claim(*, ticket_id: int, by: User, at: datetime | None = None) -> Ticket:
    """Make oneself the owner of a ticket that has none, or whose owner was switched off; of one's own, change nothing.

    Raises: AlreadyOwned, WrongState.
    """
    ticket = lock(ticket_id)
    must_be_open(ticket)
    if ticket.owner_id == by.pk:
        return ticket
    if ticket.owner is not None and ticket.owner.is_active:
        raise AlreadyOwned("owner", ticket.owner_id, "a ticket without an owner; assign it instead")
    ticket.owner = by
    ticket.save(update_fields=["owner"])
    chain.append(ticket, ActivityKind.CLAIMED, at=at or timezone.now(), by=by)
    return ticket


@transaction.atomic
def assign(
    *, ticket_id: int, by: User, owner: User | None = None, team: Team | None = None, reason: str = ""
) -> Ticket:
    """Hand a ticket to a person, or to a team for anyone in it. Raises: InvalidAction, WrongState."""
    if (owner is None) == (team is None):
        raise InvalidAction("owner", owner and owner.pk, "either an owner or a team")
    must_be_a_worker(owner)
    ticket = lock(ticket_id)
    must_be_open(ticket)
    hand(ticket, by=by, owner=owner, team=team, at=timezone.now(), reason=reason)
    return ticket


def must_be_a_worker(owner: User | None) -> None:
    """Refuse a person who may not own a ticket; None is nobody, and passes. Raises: InvalidAction."""
    if owner is not None and not owner.is_at_least(Role.AGENT):
        raise InvalidAction("owner", owner.pk, "an active person who may work on tickets")


def hand(ticket: Ticket, *, by: User, owner: User | None, team: Team | None, at: datetime, reason: str = "") -> None:
    """Give a locked ticket to a person, or to nobody; without an owner also to a team, if one is given.

    To whom a person gave it before, and without a reason, it changes nothing. `reason`: the words of the entry, which
    the new owner also reads in their notice.
    """
    before, was = ticket.owner_id, (ticket.owner_id, ticket.team_id, ticket.routed_by_id)
    ticket.owner = owner
    if owner is None and team is not None:
        ticket.team = team
    if was == (ticket.owner_id, ticket.team_id, None) and not reason.strip():
        return
    ticket.routed_by = None  # a person decided: no sweep gives it to another
    ticket.save(update_fields=["owner", "team", "routed_by"])
    chain.append(
        ticket, ActivityKind.ASSIGNED, at=at, by=by, text=reason.strip(), owner=ticket.owner_id, team=ticket.team_id
    )
    notices.follow_owner(ticket, before=before, at=at, by=by)


@transaction.atomic
def add_note(*, ticket_id: int, by: User, text: str, at: datetime | None = None) -> Activity:
    """Write a note on an open or a resolved ticket, and tell the colleagues whom it mentions.

    Raises: InvalidAction for an empty note, NobodyToTell for mentions of nobody who may see the ticket.
    """
    text = text.strip()
    if not text:
        raise InvalidAction("text", text, "some words")
    at = at or timezone.now()
    ticket = lock(ticket_id)
    found = mentions.mentioned(text, ticket, by)
    mentions.must_be_known(found)
    mentioned: dict[str, Any] = {"mentions": [person.pk for person in found.people]} if found.people else {}
    note = chain.append(ticket, ActivityKind.NOTE, at=at, by=by, text=text, **mentioned)
    mentions.notify(found, note, ticket=ticket, by=by, text=text, at=at)
    return note


@transaction.atomic
def set_step(
    *,
    ticket_id: int,
    step_id: int,
    by: User,
    done: bool = True,
    amount: Decimal | None = None,
    currency: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Tick a step off, or take the tick back. Amount and currency belong to a compensation; `note` is its record.

    Raises: InvalidAction, WrongState.
    """
    ticket = lock(ticket_id)
    must_be_open(ticket)
    step = ticket.steps.filter(pk=step_id).first()
    if step is None:
        raise InvalidAction("step", step_id, "a step of this ticket")
    currency = currency.strip().upper()
    _check_amount(step, amount, currency)
    if amount is not None:
        _check_limit(ticket, amount, currency, by)
    at = at or timezone.now()
    step.done_at, step.done_by = (at, by) if done else (None, None)
    step.amount, step.currency = (amount, currency) if done else (None, "")
    step.save(update_fields=["done_at", "done_by", "amount", "currency"])
    data = {"amount": str(amount), "currency": currency} if done and amount is not None else {}
    kind = ActivityKind.STEP_DONE if done else ActivityKind.STEP_UNDONE
    chain.append(ticket, kind, at=at, by=by, text=note.strip(), step=step.pk, step_kind=step.kind, **data)
    reminders.follow_step(ticket, step, by=by, text=note, at=at)
    return ticket


def _check_amount(step: Step, amount: Decimal | None, currency: str) -> None:
    if amount is None:
        if currency:
            raise InvalidAction("amount", None, "an amount, since there is a currency")
        return
    if step.kind != StepKind.COMPENSATION:
        raise InvalidAction("amount", str(amount), "nothing: only a compensation has an amount")
    if not (amount.is_finite() and 0 <= amount < Decimal(10) ** 10):
        raise InvalidAction("amount", str(amount), "0 or more, with at most ten digits before the point")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise InvalidAction("currency", currency, "three letters, such as EUR or DKK")


def _check_limit(ticket: Ticket, amount: Decimal, currency: str, by: User) -> None:
    """The play's limit binds agents; managers decide for themselves, and history says who did."""
    play = ticket.play
    if play.compensation_limit is None or by.is_at_least(Role.MANAGER):
        return
    limit = f"{play.compensation_limit} {play.compensation_currency}"
    if currency != play.compensation_currency or amount > play.compensation_limit:
        raise InvalidAction("limit", f"{amount} {currency}", f"at most {limit}; a manager may offer more")


@transaction.atomic
def wait(*, ticket_id: int, by: User, until: datetime, reason: str = "", at: datetime | None = None) -> Ticket:
    """Put the ticket aside until a time; its first-contact clock goes on. Raises: InvalidAction, WrongState."""
    at = at or timezone.now()
    if not at < until <= at + LONGEST_WAIT:
        raise InvalidAction("until", until.isoformat(), f"a time in the next {LONGEST_WAIT.days} days")
    ticket = lock(ticket_id)
    must_be_open(ticket)
    recompute.begin_waiting(ticket, until, at)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=recompute.FIELDS)
    chain.append(ticket, ActivityKind.WAITING, at=at, by=by, text=reason.strip(), until=until.isoformat())
    return ticket


@transaction.atomic
def resolve(
    *,
    ticket_id: int,
    by: User,
    outcome: str,
    root_cause: RootCause | None,
    note: str = "",
    no_attempt_reason: str = "",
    at: datetime | None = None,
) -> Ticket:
    """End the follow-up with an outcome and a root cause.

    Without any contact attempt `no_attempt_reason`, or a note, must say why. The entry's text begins with that reason,
    and the entry's data hold its length. Open steps stay as not done. Raises: InvalidAction; WrongState, also while a
    promise is open.
    """
    if outcome not in Outcome.values:
        raise InvalidAction("outcome", outcome, ", ".join(Outcome.values))
    if root_cause is None:
        raise InvalidAction("root_cause", None, "one of the root causes")
    ticket = lock(ticket_id)
    must_be_open(ticket)
    must_keep_its_word(ticket)
    note, reason = note.strip(), no_attempt_reason.strip()
    if not note and not reason and not ticket.attempts.exists():
        raise InvalidAction(
            "no_attempt_reason", "", "words that say why nobody tried to contact the customer, or a logged attempt"
        )
    at = at or timezone.now()
    ticket.resolved_at, ticket.outcome, ticket.root_cause = at, outcome, root_cause
    recompute.close(ticket, at)
    asking.plan(ticket, at)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["resolved_at", "outcome", "root_cause", *recompute.FIELDS])
    data: dict[str, Any] = {"outcome": outcome, "root_cause": root_cause.slug}
    if reason:
        data["no_attempt_reason"] = len(reason)
    chain.append(ticket, ActivityKind.RESOLVED, at=at, by=by, text="\n\n".join(filter(None, (reason, note))), **data)
    return ticket


@transaction.atomic
def reopen(*, ticket_id: int, by: User, reason: str) -> Ticket:
    """Take a resolved ticket up again. Raises: InvalidAction without a reason, WrongState."""
    if not reason.strip():
        raise InvalidAction("reason", reason, "some words that say why")
    ticket = lock(ticket_id)
    if not ticket.is_resolved:
        raise WrongState("status", ticket.status, "a resolved ticket")
    at = timezone.now()
    recompute.reopen(ticket, at)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["resolved_at", "outcome", *recompute.FIELDS])
    chain.append(ticket, ActivityKind.REOPENED, at=at, by=by, text=reason.strip())
    return ticket


@transaction.atomic
def tick_account_manager_told(*, ticket_id: int, at: datetime) -> bool:
    """Tick the step of the account manager when the mail to them was sent. False when it was ticked before."""
    ticket = lock(ticket_id)
    step = ticket.steps.filter(kind=StepKind.ACCOUNT_MANAGER, done_at=None).first()
    if step is None:
        return False
    step.done_at = at
    step.save(update_fields=["done_at"])
    chain.append(ticket, ActivityKind.TOLD, at=at, step=step.pk, step_kind=step.kind)
    return True
