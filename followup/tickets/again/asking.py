"""Ask the customers of resolved tickets again, each once and by one mail, on the day that their play says."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from followup.history import chain
from followup.models import ActivityKind, Outcome, Ticket, TicketStatus
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.campaigns.asking_again import ask_again
from surveys.models import AskReason, DecisionToAsk

NO_MAIL_SERVER = "no_mail_server"
_KINDS = {
    DecisionToAsk.ASKED: ActivityKind.ASKED_BY_MAIL,
    DecisionToAsk.HELD: ActivityKind.ASKING_HELD,
    DecisionToAsk.SKIPPED: ActivityKind.NOT_ASKED_AGAIN,
}


def plan(ticket: Ticket, at: datetime) -> None:
    """Set when the customer of a ticket that is being resolved is asked again; its row is locked, the caller saves it.

    Nobody is asked twice, nor whom nobody could reach, nor who has answered again already.
    """
    days = ticket.play.ask_again_days
    is_reached = ticket.outcome != Outcome.UNREACHABLE and ticket.can_be_reached
    is_first = ticket.asked_again_at is None and ticket.score_after is None
    ticket.ask_again_at = at + timedelta(days=days) if days and is_reached and is_first else None


def _due(at: datetime) -> QuerySet[Ticket]:
    rows = Ticket.objects.filter(ask_again_at__lte=at, status=TicketStatus.RESOLVED, discarded_at=None)
    return rows.order_by("ask_again_at", "pk")


def ask(ticket_id: int, at: datetime) -> bool:
    """Ask the customer of one ticket, if it is due still; the history says what was decided."""
    return _ask(ticket_id, at)


@transaction.atomic
def _ask(ticket_id: int, at: datetime, hold_as: str = "") -> bool:
    ticket = _due(at).select_for_update(no_key=True).filter(pk=ticket_id).first()
    if ticket is None or ticket.ask_again_at is None:
        return False
    due_at, ticket.ask_again_at = ticket.ask_again_at, None
    ticket.save(update_fields=["ask_again_at"])
    response = ticket.response
    if ticket.score_after is not None or _was_asked(ticket):
        return True
    if settings.MAIL_IS_STORED_ONLY:
        chain.append(ticket, ActivityKind.NOT_ASKED_AGAIN, at=at, reason=NO_MAIL_SERVER)
    elif response.contact is None or not ticket.can_be_reached:
        chain.append(ticket, ActivityKind.NOT_ASKED_AGAIN, at=at, reason=AskReason.NO_ADDRESS.value)
    else:
        ask_again(response, response.contact, send_at=due_at, at=at, hold_as=hold_as)
    return True


def _was_asked(ticket: Ticket) -> bool:
    """Or will be, once a person lets the mail go that waits."""
    return ticket.response.asked_again.filter(channel="email").exists()


ASK_AGAIN = sweep.add(Sweep("followup.ask_again", _due, ask))


def hold_all(at: datetime) -> int:
    """After a restore: who was asked since the backup is not known, so those that are due wait for a person.

    Returns: how many were due.
    """
    return sum(_ask(pk, at, AskReason.RESTORED) for pk in list(_due(at).values_list("pk", flat=True)))


def note_decision(*, response_id: int, decision: str, reason: str, at: datetime) -> None:
    """Write on the ticket of this answer what was decided about asking again; in the transaction of the decision."""
    ticket = Ticket.objects.select_for_update(no_key=True).filter(response=response_id).first()
    if ticket is None:
        return
    ticket.asked_again_at = at if decision == DecisionToAsk.ASKED else None
    ticket.save(update_fields=["asked_again_at"])
    data: dict[str, Any] = {"reason": str(reason)} if reason else {}
    chain.append(ticket, _KINDS[DecisionToAsk(decision)], at=at, **data)
