"""The value of the customer as tickets keep it, to be ordered and found by."""

from decimal import Decimal

from followup.models import Ticket
from surveys.contacts.services import value_of


def rank_of(contact_id: int | None) -> Decimal:
    """The customer's value, negated, as it is now; no change of it comes before the end of the transaction."""
    return -value_of(contact_id)


def follow_contact(contact_id: int) -> None:
    """The customer's value changed: so do the places of all their tickets, resolved ones too, which may be reopened."""
    Ticket.objects.filter(response__contact=contact_id).update(value_rank=rank_of(contact_id))
