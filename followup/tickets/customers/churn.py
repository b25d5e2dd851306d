"""Whether the ticket's customer has left: it is said on the ticket, and stands on the contact."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from followup.errors import InvalidAction, WrongState
from followup.history import chain
from followup.models import ActivityKind, SurveyFollowUp, Ticket
from followup.tickets.actions import lock
from nps_project.accounts.models import User
from surveys.contacts.services import save_contact
from surveys.models import Contact

RETAINED_AFTER = timedelta(days=90)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


@transaction.atomic
def mark_left(*, ticket_id: int, by: User, on: date, at: datetime | None = None) -> Ticket:
    """Write down that the customer left on a day, today or before. Raises: InvalidAction, WrongState.

    `at`: when it was written down, for sample data; unset, it is now.
    """
    at = at or timezone.now()
    ticket = lock(ticket_id)
    contact = _contact_of(ticket)
    if on > at.astimezone(_zone()).date():
        raise InvalidAction("on", on.isoformat(), "today or a day before it")
    if contact.churned_at is not None:
        raise WrongState("contact", contact.pk, "a customer who has not left yet; take that back first")
    save_contact(contact, {"churned_at": datetime.combine(on, time(), _zone())}, by=by)
    chain.append(ticket, ActivityKind.LEFT, at=at, by=by, on=on.isoformat())
    return ticket


@transaction.atomic
def mark_not_left(*, ticket_id: int, by: User) -> Ticket:
    """Take back that the customer left. Raises: WrongState."""
    ticket = lock(ticket_id)
    contact = _contact_of(ticket)
    if contact.churned_at is None:
        raise WrongState("contact", contact.pk, "a customer who has left")
    save_contact(contact, {"churned_at": None}, by=by)
    chain.append(ticket, ActivityKind.CAME_BACK, at=timezone.now(), by=by)
    return ticket


def _contact_of(ticket: Ticket) -> Contact:
    """The customer as they are now; a second change waits. Raises: WrongState where nobody knows who it is."""
    contact_id = ticket.response.contact_id
    if contact_id is None:
        raise WrongState("contact", None, "a ticket whose customer is known")
    return Contact.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact_id)


def recorded_since() -> dict[str, Any]:
    """As an annotation of tickets: since when their survey records churn. `retained_at_90` reads it."""
    rows = SurveyFollowUp.objects.filter(survey=OuterRef("survey"))
    return {"churn_recorded_since": Subquery(rows.values("churn_recorded_since")[:1])}


def retained_at_90(ticket: Any, at: datetime) -> bool | None:
    """Whether the customer was still one 90 days after the answer, for a ticket read with `recorded_since`.

    None while that is not known: the 90 days are not over, nobody records it, or the customer is not known or had left
    before the answer.
    """
    since, contact = ticket.churn_recorded_since, ticket.response.contact
    answered = ticket.response.answered_at.astimezone(_zone())
    if since is None or contact is None or answered.date() < since:
        return None
    end, left = answered + RETAINED_AFTER, contact.churned_at
    if left is not None and left < datetime.combine(answered.date(), time(), _zone()):
        return None
    if left is not None and left <= min(end, at):
        return False
    return True if at >= end else None
