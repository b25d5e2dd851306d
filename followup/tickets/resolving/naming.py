"""Name the root cause of a ticket that is still open."""

from django.db import transaction
from django.utils import timezone

from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, RootCause, Ticket
from followup.tickets.actions import lock, must_be_open
from nps_project.accounts.models import User


@transaction.atomic
def name_cause(*, ticket_id: int, by: User, cause: RootCause) -> Ticket:
    """Name the cause that the customer's words suggest; whoever resolves the ticket may choose another one.

    A second time changes nothing. Raises: InvalidAction for a cause that is not in use, and where another one was named
    meanwhile; WrongState.
    """
    if not cause.is_active:
        raise InvalidAction("root_cause", cause.slug, "a root cause that is in use")
    ticket = lock(ticket_id)
    must_be_open(ticket)
    if ticket.root_cause_id == cause.pk:
        return ticket
    if ticket.root_cause_id is not None:
        raise InvalidAction("root_cause", cause.slug, "a ticket without a root cause")
    ticket.root_cause = cause
    ticket.save(update_fields=["root_cause"])
    chain.append(ticket, ActivityKind.CAUSE_NAMED, at=timezone.now(), by=by, root_cause=cause.slug)
    return ticket
