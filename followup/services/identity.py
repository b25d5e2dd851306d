"""Who gave an answer: a person confirms that an address typed on a public link is a known customer's."""

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from followup.errors import InvalidAction
from followup.models import ActivityKind, Ticket
from followup.services import history
from followup.services.actions import lock
from nps_project.accounts.models import User
from surveys.models import Contact, Response


@transaction.atomic
def confirm_contact(*, ticket_id: int, by: User) -> Ticket:
    """Join the ticket's answer to the contact with the typed address; what was typed stays.

    Only to a contact whom this person may see anyway: anybody can type an address. Raises: InvalidAction.
    """
    # The answer first, as whoever opens tickets does: two orders of locking could stop each other.
    response_id = Ticket.objects.values_list("response", flat=True).get(pk=ticket_id)
    response = Response.objects.select_for_update(no_key=True).get(pk=response_id)
    ticket = lock(ticket_id)
    known = Contact.objects.visible_to(by).alias(address=Lower("email"))
    contact = known.filter(address=response.contact_email.strip().lower()).first() if response.contact_email else None
    if response.contact_id is not None or contact is None:
        raise InvalidAction(
            "contact", response.contact_email, "an address that a contact has, on an answer without one"
        )
    response.contact = contact
    response.save(update_fields=["contact"])
    ticket.value_rank = -contact.value if contact.value else 0
    ticket.save(update_fields=["value_rank"])
    at = timezone.now()
    history.append(ticket, ActivityKind.CONTACT_CONFIRMED, at=at, by=by, contact=contact.pk)
    return ticket
