"""The customer's value as tickets keep it, for order and filters."""

from decimal import Decimal

from followup.models import Ticket
from surveys.contacts.services import value_of


def rank_of(contact_id: int | None) -> Decimal:
    """The customer's current value, negated; it cannot change before the end of the transaction."""
    return -value_of(contact_id)


def follow_contact(contact_id: int) -> None:
    """Store a customer's changed value on all their tickets, also on resolved ones, which may be reopened."""
    Ticket.objects.filter(response__contact=contact_id).update(value_rank=rank_of(contact_id))
