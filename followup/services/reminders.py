"""What is to be raised with a customer at the next contact, whichever ticket or call that is."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from followup.errors import InvalidAction
from followup.models import ActivityKind, Reminder, Step, StepKind, Ticket
from followup.services import history
from nps_project.accounts.models import User

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
    at = at or timezone.now()
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    open_ones = Reminder.objects.filter(pk=reminder_id, raised_at=None, contact__isnull=False)
    claimed = open_ones.filter(contact=ticket.response.contact_id)
    if not claimed.update(raised_at=at, raised_by=by, raised_on=ticket):
        raise InvalidAction("reminder", reminder_id, "something that is still to be raised with this customer")
    origin = Reminder.objects.values_list("ticket", flat=True).get(pk=reminder_id)
    history.append(ticket, ActivityKind.REMINDER_RAISED, at=at, by=by, reminder=reminder_id, origin=origin)
    return ticket
