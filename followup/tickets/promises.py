"""Promises to a customer: made, kept, moved with the customer's consent, or waived. Each has a deadline."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from followup.clocks import recompute
from followup.errors import InvalidAction, WrongState
from followup.history import chain
from followup.models import ActivityKind, Promise, PromiseState, Ticket
from followup.tickets.actions import lock, must_be_open
from nps_project.accounts.models import Role, User

LONGEST = timedelta(days=366)
MOST_OPEN = 20


@transaction.atomic
def make(
    *, ticket_id: int, by: User, text: str, due_at: datetime, owner: User | None = None, at: datetime | None = None
) -> Promise:
    """Store a promise to the customer. `owner` sees to it; unset, it is `by`. Raises: InvalidAction, WrongState."""
    at = at or timezone.now()
    _check_due(due_at, at)
    if not text.strip():
        raise InvalidAction("text", text, "what was promised")
    owner = owner or by
    if not (owner.is_active and owner.is_at_least(Role.AGENT)):
        raise InvalidAction("owner", owner.pk, "an active person who may work on tickets")
    ticket = lock(ticket_id)
    must_be_open(ticket)
    if ticket.promises.filter(state=PromiseState.OPEN).count() >= MOST_OPEN:
        raise InvalidAction("text", text[:50], f"at most {MOST_OPEN} open promises on a ticket")
    promise = Promise.objects.create(
        ticket=ticket, text=text.strip(), owner=owner, due_at=due_at, made_at=at, made_by=by
    )
    _recompute(ticket)
    chain.append(
        ticket, ActivityKind.PROMISE_MADE, at=at, by=by, text=promise.text,
        promise=promise.pk, owner=owner.pk, until=due_at.isoformat(),
    )  # fmt: skip
    return promise


@transaction.atomic
def keep(*, ticket_id: int, promise_id: int, by: User, note: str = "", at: datetime | None = None) -> Ticket:
    """Mark a promise as kept. Raises: InvalidAction, WrongState."""
    at = at or timezone.now()
    return _end(ticket_id, promise_id, by, PromiseState.KEPT, ActivityKind.PROMISE_KEPT, note, at)


@transaction.atomic
def waive(*, ticket_id: int, promise_id: int, by: User, reason: str, at: datetime | None = None) -> Ticket:
    """Mark a promise as waived; `reason` says why. Raises: InvalidAction without a reason, WrongState."""
    if not reason.strip():
        raise InvalidAction("reason", reason, "some words that say why")
    at = at or timezone.now()
    return _end(ticket_id, promise_id, by, PromiseState.WAIVED, ActivityKind.PROMISE_WAIVED, reason, at)


@transaction.atomic
def move(
    *, ticket_id: int, promise_id: int, by: User, due_at: datetime, reason: str, at: datetime | None = None
) -> Ticket:
    """Give a promise another time; `reason` says how the customer agreed. Raises: InvalidAction, WrongState."""
    at = at or timezone.now()
    _check_due(due_at, at)
    if not reason.strip():
        raise InvalidAction("reason", reason, "some words on how the customer agreed")
    ticket = lock(ticket_id)
    promise = _open_one(ticket, promise_id)
    before, promise.due_at = promise.due_at, due_at
    promise.moved_count += 1
    promise.save(update_fields=["due_at", "moved_count"])
    _recompute(ticket)
    chain.append(
        ticket, ActivityKind.PROMISE_MOVED, at=at, by=by, text=reason.strip(),
        promise=promise.pk, was=before.isoformat(), until=due_at.isoformat(),
    )  # fmt: skip
    return ticket


def _check_due(due_at: datetime, at: datetime) -> None:
    if not at < due_at <= at + LONGEST:
        raise InvalidAction("due_at", due_at.isoformat(), f"a time in the next {LONGEST.days} days")


def _open_one(ticket: Ticket, promise_id: int) -> Promise:
    promise = ticket.promises.filter(pk=promise_id).first()
    if promise is None:
        raise InvalidAction("promise", promise_id, "a promise of this ticket")
    if promise.state != PromiseState.OPEN:
        raise WrongState("promise", promise.state, "an open promise")
    return promise


def _end(
    ticket_id: int, promise_id: int, by: User, state: PromiseState, kind: ActivityKind, words: str, at: datetime
) -> Ticket:
    ticket = lock(ticket_id)
    promise = _open_one(ticket, promise_id)
    promise.state, promise.ended_at = state, at
    promise.save(update_fields=["state", "ended_at"])
    _recompute(ticket)
    chain.append(ticket, kind, at=at, by=by, text=words.strip(), promise=promise.pk)
    return ticket


def _recompute(ticket: Ticket) -> None:
    recompute.recompute_next_reply(ticket)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=recompute.FIELDS)
