"""Writes down which customers of the sample shop left: more of those whom nobody called, or called late."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from django.db.models import Max
from django.utils import timezone

from followup.demo.plan import SEED
from followup.models import Outcome, Ticket
from followup.playbooks import services as playbooks
from followup.tickets.customers import churn
from surveys.models import Response, Survey

# The share of customers that leaves, by how the ticket ended; and how much more, contacted late.
_LEAVES = {
    Outcome.RECOVERED: 0.03, Outcome.KEPT: 0.08, Outcome.LOST: 0.5, Outcome.UNREACHABLE: 0.35, Outcome.NO_ACTION: 0.4,
}  # fmt: skip
_LATE = 0.12
_RECORDED_DAYS = 364


def write_down_who_left(surveys: Iterable[Survey], now: datetime) -> int:
    """Let some customers leave some weeks after their last answer. Returns: how many left."""
    found, left = list(surveys), 0
    for survey in found:
        playbooks.record_churn_since(survey=survey, day=timezone.localdate(now) - timedelta(days=_RECORDED_DAYS))
    answers = Response.objects.filter(survey__in=found, contact__isnull=False)
    last = dict(answers.values_list("contact").annotate(Max("answered_at")).order_by())
    tickets = Ticket.objects.filter(survey__in=found, resolved_at__isnull=False, owner__isnull=False)
    known = tickets.filter(response__contact__isnull=False).select_related("response", "owner").order_by("pk")
    for number, ticket in enumerate(known.annotate(told_at=Max("activities__at"))):
        answered, random = ticket.response.answered_at, Random(f"{SEED} leaving {number}")  # noqa: S311  (sample data)
        if answered == last.get(ticket.response.contact_id) and _leaves(ticket, random):
            left += _leave(ticket, answered, now, random)
    return left


def _leaves(ticket: Ticket, random: Random) -> bool:
    late = ticket.first_contact_at and ticket.first_contact_due_at and (
        ticket.first_contact_at > ticket.first_contact_due_at
    )  # fmt: skip
    return random.random() < _LEAVES[Outcome(ticket.outcome or Outcome.KEPT)] + (_LATE if late else 0)


def _leave(ticket: Ticket, answered: datetime, now: datetime, random: Random) -> bool:
    """False where it would lie in the future, or the customer left after another ticket."""
    left_at = answered + timedelta(days=random.uniform(8, 85))
    written_at = max(left_at, ticket.told_at) + timedelta(hours=20)  # type: ignore[attr-defined]  # annotated above
    if written_at >= now or ticket.owner is None:
        return False
    churn.mark_left(ticket_id=ticket.pk, by=ticket.owner, on=timezone.localdate(left_at), at=written_at)
    return True
