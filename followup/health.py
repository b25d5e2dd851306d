"""Health checks and metrics of follow-up: answers that wait for their ticket, and tickets by their clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from prometheus_client.core import GaugeMetricFamily, Metric

from followup.models import Ticket
from nps_project.health.checks import CheckResult, State
from surveys.models import Response
from surveys.models.tally import Tally
from surveys.scoring import HIGHEST, LOWEST, group_of

LATE = timedelta(minutes=2)  # the sweep looks each half minute


def _oldest_unopened() -> datetime | None:
    return Response.objects.unprocessed().order_by("pk").values_list("recorded_at", flat=True).first()


def unopened_answers() -> CheckResult:
    """The check that no answer waits for its ticket."""
    now, oldest = timezone.now(), _oldest_unopened()
    if oldest is None:
        return CheckResult(State.OK, _("no answer waits for its ticket"))
    message = _("the oldest answer without its ticket is %s old") % timesince(oldest, now)
    if now - oldest < LATE:
        return CheckResult(State.OK, message)
    return CheckResult(
        State.BROKEN, message, _("Tickets are not opened. Look at worker and beat, and at the log of the worker.")
    )


def measured() -> Iterable[Metric]:
    """The metrics: answers by group, tickets by clock, age of the oldest answer without its ticket. Six statements."""
    answers = GaugeMetricFamily("winback_answers", "Confirmed answers", labels=["group"])
    groups = dict.fromkeys((group_of(score) for score in range(LOWEST, HIGHEST + 1)), 0)
    for score, number in Tally.objects.values_list("score").annotate(Sum("count")):
        groups[group_of(score)] += number
    for group, number in sorted(groups.items()):
        answers.add_metric([group], number)
    yield answers
    now, tickets = timezone.now(), Ticket.objects.all()
    clocks = GaugeMetricFamily("winback_tickets_open", "Unresolved tickets by first-contact clock", labels=["clock"])
    counts = {
        "on_time": tickets.on_time(now).count(),
        "due_soon": tickets.due_soon(now).count(),
        "overdue": tickets.overdue(now).count(),
    }
    counts["stopped"] = tickets.unresolved().count() - sum(counts.values())  # contacted, or without a clock
    for clock, number in counts.items():
        clocks.add_metric([clock], number)
    yield clocks
    oldest = _oldest_unopened()
    age = (now - oldest).total_seconds() if oldest else 0
    yield GaugeMetricFamily(
        "winback_oldest_unopened_answer_seconds", "Age of the oldest answer without its ticket", value=age
    )
