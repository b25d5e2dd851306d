"""Opens a ticket for a customer who turned away: on their last answer, through the service that opens all by hand."""

from django.db import transaction
from django.utils.translation import gettext as _

from followup.errors import InvalidAction
from followup.insights.risk.models import AtRisk
from followup.models import Ticket
from followup.tickets import actions, opening, tags
from nps_project.accounts.models import User
from surveys.models import Response

PROACTIVE = "proactive"  # the tag by which these tickets are found on the desk, whatever the language


@transaction.atomic
def open_proactive(row: AtRisk, *, why: str, by: User) -> Ticket:
    """The ticket of their last answer, with the tag and a note that says why.

    Raises: InvalidAction for a customer who never answered; AlreadyOpened, WrongState.
    """
    if row.response_id is None or not Response.objects.filter(pk=row.response_id).exists():
        raise InvalidAction("response", row.response_id, "a customer who has answered")
    ticket = opening.open_by_hand(response_id=row.response_id, by=by)
    tags.change_tags(ticket_id=ticket.pk, by=by, add=[PROACTIVE])
    actions.add_note(
        ticket_id=ticket.pk, by=by, text=_("Not unhappy by the score, but at risk: %(why)s") % {"why": why}
    )
    AtRisk.objects.filter(pk=row.pk).delete()
    return ticket
