"""Tries to reach the customer: the one that counts stops the first-contact clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from followup.errors import InvalidAction
from followup.first_contact import counts_as_contact
from followup.models import ActivityKind, Attempt, AttemptChannel, AttemptResult, Ticket, TicketStatus
from followup.services import clock, history, reminders
from followup.services.actions import lock, must_be_open
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
    now: datetime | None = None,
) -> Attempt:
    """Log a call, mail or visit, made now or at a time since the answer. Raises: InvalidAction, WrongState.

    `raised`: ids of the customer's reminders that were raised in it; one that a colleague raised meanwhile stays as it
    is, for the call was made all the same.
    `now`: when it was logged, for sample data; unset, it is now.
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
        _contacted(ticket, made_at, now)
    history.append(
        ticket, ActivityKind.ATTEMPT, at=now, by=by, text=note.strip(),
        attempt=attempt.pk, result=result, channel=channel, counts=counts, made_at=made_at.isoformat(),
    )  # fmt: skip
    reminders.raise_these(ticket, raised, by=by, at=now)
    return attempt


def _contacted(ticket: Ticket, made_at: datetime, now: datetime) -> None:
    """Stop the clock that runs: the first contact, and the next one that was due."""
    if ticket.first_contact_at is None or made_at >= ticket.first_contact_at:
        clock.settle_next_contact(ticket, contacted=True)
    ticket.first_contact_at = min(ticket.first_contact_at or made_at, made_at)
    if ticket.status in (TicketStatus.OPEN, TicketStatus.WAITING):
        ticket.status, ticket.waiting_until = TicketStatus.CONTACTED, None
        clock.resume(ticket, now)
    clock.place(ticket, now)
    ticket.save(update_fields=["first_contact_at", "status", "waiting_until", *clock.FIELDS])


@transaction.atomic
def take_back_bounced(*, attempt_id: int, at: datetime) -> bool:
    """A mail that counted came back: the contact is taken back and the clock runs on. False when it was known."""
    attempt = Attempt.objects.get(pk=attempt_id)
    ticket = lock(attempt.ticket_id)
    if not Attempt.objects.filter(pk=attempt_id, bounced_at=None).update(bounced_at=at, counts=False):
        return False
    first = ticket.attempts.filter(counts=True).order_by("at").first()
    ticket.first_contact_at = first.at if first else None
    if first is None and ticket.status == TicketStatus.CONTACTED:
        ticket.status = TicketStatus.OPEN
    clock.place(ticket, at)
    ticket.save(update_fields=["first_contact_at", "status", *clock.FIELDS])
    history.append(ticket, ActivityKind.BOUNCED, at=at, attempt=attempt_id)
    return True
