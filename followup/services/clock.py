"""Placing a ticket: which clock runs now, and where in the queue that puts it."""

from datetime import datetime

from followup import deadlines
from followup.models import Stage, Ticket, TicketStatus
from followup.models.ticket import FAR_AWAY

PLACE_FIELDS = ("stage", "deadline", "warn_at")


def running_deadline(ticket: Ticket) -> datetime | None:
    """The deadline of the clock that runs now: first contact, then next contact; None when none runs."""
    if ticket.status == TicketStatus.RESOLVED:
        return None
    if ticket.first_contact_at is None and ticket.first_contact_due_at is not None:
        return ticket.first_contact_due_at
    return ticket.next_contact_due_at


def place(ticket: Ticket, at: datetime) -> None:
    """Set deadline, warning and stage on the (locked, unsaved) ticket.

    A clock that is new to the ticket begins on time, even when it is late already: the sweep moves it on, and whoever
    moves it sends the warning or the escalation. A clock that goes on keeps its stage.
    """
    due = running_deadline(ticket)
    if due is None:
        ticket.deadline = ticket.warn_at = FAR_AWAY
        ticket.stage = Stage.WAITING if ticket.status == TicketStatus.WAITING else Stage.IN_HAND
    elif due != ticket.deadline:
        start = ticket.clock_from if due == ticket.first_contact_due_at else at
        ticket.deadline = due
        ticket.warn_at = deadlines.warning_at(start, due, ticket.play.warn_share)
        ticket.stage = Stage.ON_TIME
