"""What to raise with a customer at the next contact, whichever ticket or call that is about."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, Reminder, Step, StepKind, Ticket
from nps_project.accounts.models import User
from surveys.models import Response

MOST_SHOWN = 10


def follow_step(ticket: Ticket, step: Step, *, by: User, text: str, at: datetime) -> None:
    """Set the reminder of a step "raise at next contact" that was ticked, or delete it when the tick was taken back.

    On a locked ticket; for other steps it does nothing. Without a known customer no reminder is set.
    """
    contact_id = ticket.response.contact_id
    if step.kind != StepKind.NEXT_CONTACT or contact_id is None:
        return
    if step.done_at is None:
        Reminder.objects.filter(pk__in=_locked(Reminder.objects.filter(ticket=ticket, raised_at=None))).delete()
        return
    words = text.strip() or step.text(by.language)
    Reminder.objects.create(ticket=ticket, contact_id=contact_id, text=words[:1000], set_at=at, set_by=by)
    chain.append(ticket, ActivityKind.REMINDER_SET, at=at, by=by, step=step.pk)


def open_for(contact_id: int | None, user: User) -> QuerySet[Reminder]:
    """The reminders that wait for a customer, of those that this person may see, oldest first; one query."""
    rows = Reminder.objects.visible_to(user).to_raise_with(contact_id).select_related("set_by")
    return rows.order_by("set_at", "pk")[:MOST_SHOWN]


@transaction.atomic
def mark_raised(*, ticket_id: int, reminder_id: int, by: User, at: datetime | None = None) -> Ticket:
    """Mark a reminder as raised in the talk that this ticket is about.

    Raises: InvalidAction for another customer's, for one that this person may not see, and for one raised before.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    if not raise_these(ticket, [reminder_id], by=by, at=at or timezone.now()):
        raise _refusal(reminder_id)
    return ticket


@transaction.atomic
def mark_raised_with_answer(*, response: Response, reminder_id: int, by: User, at: datetime | None = None) -> Ticket:
    """Mark a reminder as raised in a talk about an answer: on its ticket, else on the ticket where it was set.

    A ticket of the answer that this person may not see is left alone. Raises: InvalidAction, as `mark_raised` does.
    """
    reminder = Reminder.objects.visible_to(by).to_raise_with(response.contact_id).filter(pk=reminder_id).first()
    if reminder is None:
        raise _refusal(reminder_id)
    visible = Ticket.objects.visible_to(by).filter(response=response).values_list("pk", flat=True)
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=visible.first() or reminder.ticket_id)
    if not raise_these(ticket, [reminder_id], by=by, at=at or timezone.now(), answer=response.pk):
        raise _refusal(reminder_id)
    return ticket


def _refusal(reminder_id: int) -> InvalidAction:
    return InvalidAction("reminder", reminder_id, "something that is still to be raised with this customer")


def raise_these(ticket: Ticket, reminder_ids: Iterable[int], *, by: User, at: datetime, **data: Any) -> int:
    """Mark those reminders of a locked ticket's customer as raised that this person may see and nobody raised before.

    Rows are locked in the order of their ids, so that two calls with the same ones cannot stop each other. Returns: the
    number marked.
    """
    rows = Reminder.objects.visible_to(by).to_raise_with(ticket.response.contact_id)
    origins = _locked(rows.filter(pk__in=set(reminder_ids)))
    Reminder.objects.filter(pk__in=origins).update(raised_at=at, raised_by=by, raised_on=ticket)
    for reminder_id, origin in origins.items():
        chain.append(ticket, ActivityKind.REMINDER_RAISED, at=at, by=by, reminder=reminder_id, origin=origin, **data)
    return len(origins)


def _locked(rows: QuerySet[Reminder]) -> dict[int, int]:
    """Ids, with the tickets where they were set, of rows that are locked in the order of their ids."""
    return dict(rows.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", "ticket"))
