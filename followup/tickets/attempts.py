"""Attempts to contact the customer; one that counts ends the first-contact clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from followup.clocks import recompute
from followup.clocks.first_contact import counts_as_contact
from followup.clocks.targets import NEXT_REPLY
from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, Attempt, AttemptChannel, AttemptResult, Ticket, TicketStatus
from followup.reminders import services as reminders
from followup.tickets.actions import lock, must_be_open
from followup.tickets.customers import calls
from nps_project.accounts.models import User

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
LONGEST_CALL_S = 24 * 3600


@transaction.atomic
def log_attempt(
    *,
    ticket_id: int,
    by: User,
    result: str,
    channel: str = AttemptChannel.PHONE,
    at: datetime | None = None,
    duration_s: int | None = None,
    note: str = "",
    raised: Iterable[int] = (),
    answers: bool = False,
    now: datetime | None = None,
) -> Attempt:
    """Log a call, mail or visit, made now or at a time since the answer. Raises: InvalidAction, WrongState.

    `raised`: ids of the customer's reminders that were raised in it; one that a colleague raised meanwhile stays as it
    is. `answers`: it answers what the customer wrote, so it ends the next-reply target though it is no contact by the
    play's way. `now`: when it was logged, for sample data; unset, it is now.
    """
    now = now or timezone.now()
    if result not in AttemptResult.values:
        raise InvalidAction("result", result, ", ".join(AttemptResult.values))
    if channel not in AttemptChannel.values:
        raise InvalidAction("channel", channel, ", ".join(AttemptChannel.values))
    if duration_s is not None and not 0 <= duration_s <= LONGEST_CALL_S:
        raise InvalidAction("duration_s", duration_s, f"0 to {LONGEST_CALL_S} seconds")
    ticket = lock(ticket_id)
    must_be_open(ticket)
    made_at = min(at, now) if at and at <= now + CLOCKS_MAY_DIFFER else at or now
    if not ticket.response.answered_at <= made_at <= now:
        raise InvalidAction("at", made_at.isoformat(), "a time between the customer's answer and now")
    counts = counts_as_contact(
        result=result,
        channel=channel,
        contact_by=ticket.play.contact_by,
        has_phone=bool(ticket.response.reach_phone),
        has_called=ticket.attempts.filter(channel=AttemptChannel.PHONE).exists(),
    )
    attempt = Attempt.objects.create(
        ticket=ticket,
        by=by,
        result=result,
        channel=channel,
        at=made_at,
        duration_s=duration_s,
        counts=counts,
        created_at=now,
    )
    if counts:
        _contacted(ticket, attempt, now)
    elif answers:
        _end_next_reply(ticket, attempt)
        recompute.update_queue_position(ticket)
        ticket.save(update_fields=recompute.FIELDS)
    chain.append(
        ticket, ActivityKind.ATTEMPT, at=now, by=by, text=note.strip(),
        attempt=attempt.pk, result=result, channel=channel, counts=counts, made_at=made_at.isoformat(),
    )  # fmt: skip
    if result == AttemptResult.REACHED and channel == AttemptChannel.PHONE:
        calls.keep(ticket, by=by, made_at=made_at, at=now)
    reminders.raise_these(ticket, raised, by=by, at=now)
    return attempt


def _contacted(ticket: Ticket, attempt: Attempt, now: datetime) -> None:
    """Stop the clocks that run: of the first contact, and of the next reply that was asked for before."""
    _end_next_reply(ticket, attempt)
    ticket.first_contact_at = min(ticket.first_contact_at or attempt.at, attempt.at)
    if ticket.status == TicketStatus.WAITING:
        recompute.end_waiting(ticket, now)
    elif ticket.status == TicketStatus.OPEN:
        ticket.status = TicketStatus.CONTACTED
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["first_contact_at", *recompute.FIELDS])


def _end_next_reply(ticket: Ticket, attempt: Attempt) -> None:
    """A talk before it was asked for does not end it."""
    target = recompute.target_of(ticket, NEXT_REPLY)
    asked_at = target.begins if target else ticket.first_contact_at
    if asked_at is None or attempt.at >= asked_at:
        recompute.end_next_reply(ticket, by=attempt)


@transaction.atomic
def take_back_bounced(*, attempt_id: int, at: datetime) -> bool:
    """Take a contact back whose mail bounced; the clocks that it ended run on. False when that was done before."""
    attempt = Attempt.objects.get(pk=attempt_id)
    ticket = lock(attempt.ticket_id)
    if not Attempt.objects.filter(pk=attempt_id, bounced_at=None).update(bounced_at=at, counts=False):
        return False
    counted = list(ticket.attempts.filter(counts=True).order_by("at"))
    ticket.first_contact_at = counted[0].at if counted else None
    if not counted and ticket.status == TicketStatus.CONTACTED:
        ticket.status = TicketStatus.OPEN
    recompute.take_back_next_reply(ticket, attempt)
    if counted:
        _end_next_reply(ticket, counted[-1])
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["first_contact_at", *recompute.FIELDS])
    chain.append(ticket, ActivityKind.BOUNCED, at=at, attempt=attempt_id)
    return True
