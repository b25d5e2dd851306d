"""Confirming that an address typed on a public link is a known customer's."""

from django.db import transaction
from django.utils import timezone

from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, Reminder, Ticket
from followup.tickets import values
from followup.tickets.actions import lock
from nps_project.accounts.models import User
from surveys.models import Contact, Response


def known_customer(response: Response, user: User) -> Contact | None:
    """The customer who has the address that somebody typed, of those whom this person may see; None without one.

    For an answer that belongs to nobody yet, or to a contact known by its survey's keys alone. At most one query.
    """
    own = response.contact
    address = response.contact_email or (own.email or "" if own else "")
    if not address or (own is not None and own.survey_id is None):
        return None
    known = Contact.objects.with_address(address, response.survey_id).visible_to(user)
    return (known.exclude(pk=own.pk) if own else known).first()


@transaction.atomic
def confirm_contact(*, ticket_id: int, by: User) -> Ticket:
    """Join the ticket's answer to the contact with its address; what was typed stays.

    Whoever sees the survey sees the contact from then on, so it must be one whom this person may see anyway: anybody
    can type an address. Raises: InvalidAction.
    """
    # The answer first, as whoever opens tickets does: two orders of locking could stop each other.
    response_id = Ticket.objects.values_list("response", flat=True).get(pk=ticket_id)
    response = Response.objects.select_for_update(no_key=True).get(pk=response_id)
    ticket = lock(ticket_id)
    contact = known_customer(response, by)
    if contact is None:
        raise InvalidAction(
            "contact", response.contact_email, "an address that a contact has, on an answer without one"
        )
    response.contact = contact
    response.save(update_fields=["contact"])
    ticket.value_rank = values.rank_of(contact.pk)
    ticket.save(update_fields=["value_rank"])
    Reminder.objects.filter(ticket=ticket).update(contact=contact)
    at = timezone.now()
    chain.append(ticket, ActivityKind.CONTACT_CONFIRMED, at=at, by=by, contact=contact.pk)
    return ticket
