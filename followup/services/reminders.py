"""What is to be raised with a customer at the next contact, whichever ticket or call that is."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from followup.errors import InvalidAction
from followup.models import ActivityKind, Reminder, Step, StepKind, Ticket
from followup.services import history
from nps_project.accounts.models import User
from surveys.models import Response

MOST_SHOWN = 10


def follow_step(ticket: Ticket, step: Step, *, by: User, text: str, at: datetime) -> None:
    """The step "raise at next contact" was ticked or taken back: its reminder comes or goes with it.

    On a locked ticket. Without a known customer there is nobody to remind of; the step is ticked all the same.
    """
    contact_id = ticket.response.contact_id
    if step.kind != StepKind.NEXT_CONTACT or contact_id is None:
        return
    if step.done_at is None:
        Reminder.objects.filter(ticket=ticket, raised_at=None).delete()
        return
    words = text.strip() or step.text(by.language)
    Reminder.objects.create(ticket=ticket, contact_id=contact_id, text=words[:1000], set_at=at, set_by=by)
    history.append(ticket, ActivityKind.REMINDER_SET, at=at, by=by, step=step.pk)


def open_for(contact_id: int | None) -> QuerySet[Reminder]:
    """What waits to be raised with a customer, the oldest first; one query."""
    if contact_id is None:
        return Reminder.objects.none()
    rows = Reminder.objects.filter(contact=contact_id, raised_at=None).select_related("set_by")
    return rows.order_by("set_at", "pk")[:MOST_SHOWN]


@transaction.atomic
def mark_raised(*, ticket_id: int, reminder_id: int, by: User, at: datetime | None = None) -> Ticket:
    """It was raised, in the talk that this ticket is about. Raises: InvalidAction for another customer's, or twice."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    if not raise_one(ticket, reminder_id, by=by, at=at or timezone.now()):
        raise InvalidAction("reminder", reminder_id, "something that is still to be raised with this customer")
    return ticket


@transaction.atomic
def mark_raised_with_answer(*, response: Response, reminder_id: int, by: User, at: datetime | None = None) -> Ticket:
    """It was raised with a customer about an answer of his: kept on its ticket, else on the one where it was set.

    Raises: InvalidAction for another customer's, or twice.
    """
    refused = InvalidAction("reminder", reminder_id, "something that is still to be raised with this customer")
    reminder = Reminder.objects.filter(pk=reminder_id, contact=response.contact_id, contact__isnull=False).first()
    if reminder is None:
        raise refused
    tickets = Ticket.objects.select_for_update(no_key=True)
    ticket = tickets.filter(response=response).first() or tickets.get(pk=reminder.ticket_id)
    if not raise_one(ticket, reminder_id, by=by, at=at or timezone.now(), answer=response.pk):
        raise refused
    return ticket


def raise_one(ticket: Ticket, reminder_id: int, *, by: User, at: datetime, **data: Any) -> bool:
    """On a locked ticket of the same customer; False for another customer's, or one that was raised before."""
    open_ones = Reminder.objects.filter(pk=reminder_id, raised_at=None, contact__isnull=False)
    claimed = open_ones.filter(contact=ticket.response.contact_id)
    if not claimed.update(raised_at=at, raised_by=by, raised_on=ticket):
        return False
    origin = Reminder.objects.values_list("ticket", flat=True).get(pk=reminder_id)
    history.append(ticket, ActivityKind.REMINDER_RAISED, at=at, by=by, reminder=reminder_id, origin=origin, **data)
    return True
