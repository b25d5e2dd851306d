"""Moves tickets along their clocks: warned, escalated, taken back into the queue.

A conditional UPDATE claims each stage, so that of several workers one sends its mails.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from followup.clocks import recompute
from followup.clocks.business_time import ALWAYS
from followup.history import chain
from followup.models import ActivityKind, Stage, Ticket, TicketStatus
from followup.models.ticket import NO_DEADLINE, TicketQuerySet
from followup.notify import mails
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep


def _claim(rows: TicketQuerySet, ticket_id: int, stage: Stage) -> Ticket | None:
    """Move one ticket on by a conditional UPDATE, which also locks it; None when it was moved or changed meanwhile."""
    if not rows.filter(pk=ticket_id).update(stage=stage):
        return None
    return _read(ticket_id)


def _read(ticket_id: int) -> Ticket:
    rows = Ticket.objects.select_related(
        "response__contact", "response__survey", "owner", "team__lead", "play", "calendar"
    )
    return rows.get(pk=ticket_id)


def due_for_warning(at: datetime) -> TicketQuerySet:
    """Tickets whose deadline is near and whose warning was not sent yet."""
    return Ticket.objects.filter(stage=Stage.ON_TIME, resolved_at=None, warn_at__lte=at, deadline__gte=at)


def due_for_escalation(at: datetime) -> TicketQuerySet:
    """Tickets whose deadline has passed and was not escalated yet."""
    return Ticket.objects.filter(stage__in=[Stage.ON_TIME, Stage.DUE_SOON], resolved_at=None, deadline__lt=at)


def due_for_next_level(at: datetime) -> TicketQuerySet:
    """Tickets whose next level after the deadline is due."""
    return Ticket.objects.filter(resolved_at=None, escalate_at__lte=at, escalate_at__lt=NO_DEADLINE)


def due_to_wake(at: datetime) -> TicketQuerySet:
    """Tickets whose waiting is over."""
    return Ticket.objects.filter(status=TicketStatus.WAITING, waiting_until__lte=at)


@transaction.atomic
def warn(ticket_id: int, at: datetime) -> bool:
    """Warn the owner that the deadline is near; False if another worker did, or the ticket moved meanwhile."""
    ticket = _claim(due_for_warning(at), ticket_id, Stage.DUE_SOON)
    if ticket is None:
        return False
    _note(ticket, ActivityKind.WARNED, mails.queue_warning(ticket, at), at)
    return True


@transaction.atomic
def escalate(ticket_id: int, at: datetime) -> bool:
    """Mail the team's lead that the deadline has passed; False if another worker did, or the ticket moved meanwhile."""
    ticket = _claim(due_for_escalation(at), ticket_id, Stage.OVERDUE)
    if ticket is None:
        return False
    _await_next_level(ticket)
    _note(ticket, ActivityKind.ESCALATED, mails.queue_escalation(ticket, at), at)
    return True


@transaction.atomic
def escalate_further(ticket_id: int, at: datetime) -> bool:
    """Mail the next level of the play; False if another worker did, or the ticket moved meanwhile."""
    claimed = due_for_next_level(at).filter(pk=ticket_id)
    if not claimed.update(escalation_level=F("escalation_level") + 1, escalate_at=NO_DEADLINE):
        return False
    ticket = _read(ticket_id)
    level = ticket.play.levels.select_related("person").filter(number=ticket.escalation_level).first()
    if level is None:  # an answer that became worse brought another play
        return False
    _await_next_level(ticket)
    told = mails.queue_level(ticket, level, at)
    _note(ticket, ActivityKind.ESCALATED, told, at, level=level.number, to=level.to)
    return True


def _note(ticket: Ticket, kind: ActivityKind, told: list[User], at: datetime, **data: Any) -> None:
    """Append to the history that a stage began, and who was told of it."""
    people = [person.pk for person in told]
    chain.append(ticket, kind, at=at, deadline=ticket.deadline.isoformat(), told=people, **data)


def _await_next_level(ticket: Ticket) -> None:
    """When the play's next level is due; on a ticket whose row is locked."""
    following = ticket.play.levels.filter(number=ticket.escalation_level + 1).first()
    if following is not None:
        ticket.escalate_at = ALWAYS.add(ticket.deadline, following.hours_after * 3600)
        ticket.save(update_fields=["escalate_at"])


@transaction.atomic
def wake(ticket_id: int, at: datetime) -> bool:
    """End a waiting that is over: the ticket goes back into the queue. False if somebody ended it before."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    if ticket.status != TicketStatus.WAITING or ticket.waiting_until is None or ticket.waiting_until > at:
        return False
    recompute.end_waiting(ticket, at)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=recompute.FIELDS)
    chain.append(ticket, ActivityKind.WAIT_OVER, at=at)
    return True


SWEEPS = (
    sweep.add(Sweep("followup.escalate", lambda at: due_for_escalation(at).order_by("deadline"), escalate)),
    sweep.add(
        Sweep("followup.escalate_further", lambda at: due_for_next_level(at).order_by("escalate_at"), escalate_further)
    ),
    sweep.add(Sweep("followup.warn", lambda at: due_for_warning(at).order_by("warn_at"), warn)),
    sweep.add(Sweep("followup.wake", lambda at: due_to_wake(at).order_by("waiting_until"), wake)),
)


def move_clocks(at: datetime) -> int:
    """Sweep over all stages that are due, the latest stage first. Returns: the number of tickets moved."""
    return sum(sweep.run(each, at) for each in SWEEPS)
