"""What an operator is told of rows that sweeps put aside."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client.core import GaugeMetricFamily, Metric

from nps_project.background.models import PutAside
from nps_project.background.sweep import SWEEPS
from nps_project.health.checks import Finding, State

NAMED = 3
PASSING = timedelta(minutes=10)  # what only came together badly, such as a deadlock, has mended itself by then


def put_aside() -> Finding:
    """No sweep failed on a row."""
    rows = list(PutAside.objects.order_by("first_at", "pk")[:NAMED])
    if not rows:
        return Finding(State.OK, _("no row"))
    number = PutAside.objects.count()
    named = ", ".join(f"{row.sweep} {row.row_id} ({row.error})" for row in rows)
    says = f"{number}: {named}" + (", …" if number > NAMED else "")
    state = State.BROKEN if timezone.now() - rows[0].first_at > PASSING else State.LOOK
    advice = _("These fail each time; all others go on. /setup/system/put-aside/ names the reason of each.")
    return Finding(state, says, advice)


def measured() -> Iterable[Metric]:
    """Rows put aside, by sweep; one statement."""
    counts = dict.fromkeys(SWEEPS, 0)
    counts |= dict(PutAside.objects.values_list("sweep").annotate(Count("pk")))
    rows = GaugeMetricFamily(
        "winback_rows_put_aside", "Rows on which a sweep failed; they are tried again", labels=["sweep"]
    )
    for sweep, number in sorted(counts.items()):
        rows.add_metric([sweep], number)
    yield rows
