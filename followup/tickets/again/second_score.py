"""Keep on a ticket the score that the customer gave after it: that of the newest answer that follows and counts."""

from datetime import datetime

from followup.history import chain
from followup.models import ActivityKind, Ticket
from surveys.models import Response, ResponseState


def keep(ticket: Ticket) -> None:
    """Take the second score in; the ticket's row is locked. One query, and one more where it changed."""
    rows = Response.objects.filter(follows=ticket.response_id, state=ResponseState.CONFIRMED)
    score = rows.order_by("-answered_at", "-pk").values_list("score", flat=True).first()
    if score != ticket.score_after:
        ticket.score_after = score
        ticket.save(update_fields=["score_after"])


def take_away(ticket: Ticket, response: Response, at: datetime) -> None:
    """The answer that followed this locked ticket does not count any more, or not yet."""
    before = ticket.score_after
    keep(ticket)
    if ticket.score_after != before:
        chain.append(ticket, ActivityKind.SECOND_DISCARDED, at=at, second=response.pk)


def bring_back(ticket: Ticket, response: Response, at: datetime) -> None:
    """The answer that follows this locked ticket counts; history says so where it was taken away before."""
    keep(ticket)
    of_this = ticket.activities.filter(data__second=response.pk).order_by("-number")
    if of_this.values_list("kind", flat=True).first() == ActivityKind.SECOND_DISCARDED:
        chain.append(ticket, ActivityKind.ANSWER_RESTORED, at=at, second=response.pk)
