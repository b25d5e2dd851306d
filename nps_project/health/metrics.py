"""/metrics for Prometheus: figures read from the database at each call, so right however many processes there are."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from nps_project.background.schedule import SCHEDULE
from nps_project.deliveries.models import Delivery, Status
from nps_project.health import heartbeats
from nps_project.health.models import EventCount

LONGEST_MS = 2_000  # a figure that takes longer is left out, and `winback_up` says so
DAY = timedelta(days=1)
UNFINISHED = (Status.QUEUED, Status.IN_FLIGHT)

Source = Callable[[], Iterable[Metric]]
SOURCES: list[Source] = []


def add(source: Source) -> None:
    """Ask this too; called by an app when it is ready."""
    if source not in SOURCES:
        SOURCES.append(source)


class _Everything:
    def collect(self) -> Iterable[Metric]:
        well: dict[str, bool] = {}  # by app: several may give figures of their own
        for source in SOURCES:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST_MS])
                    found = list(source())
                is_well = True
            except DatabaseError:
                found, is_well = [], False
            part = source.__module__.split(".")[0]
            well[part] = well.get(part, True) and is_well
            yield from found
        up = GaugeMetricFamily("winback_up", "1 when every figure could be read", labels=["part"])
        for part, is_well in well.items():
            up.add_metric([part], int(is_well))
        yield up


def text() -> bytes:
    """The page, in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Everything())
    return generate_latest(registry)


def programs() -> Iterable[Metric]:
    """Deliveries, sweeps and what was dropped; four statements."""
    now = timezone.now()
    unfinished = Q(status__in=UNFINISHED)
    told = Delivery.objects.filter(unfinished).aggregate(oldest=Min("queued_at"))
    waiting = dict(Delivery.objects.filter(unfinished).values_list("status").annotate(Count("pk")))
    today = Delivery.objects.filter(queued_at__gt=now - DAY).exclude(unfinished)
    states = GaugeMetricFamily(
        "winback_deliveries", "Mails by state: unfinished ones all, others of the last 24 hours", labels=["state"]
    )
    counts = dict.fromkeys(Status.values, 0) | waiting | dict(today.values_list("status").annotate(Count("pk")))
    for state, number in sorted(counts.items()):
        states.add_metric([str(state)], number)
    yield states
    oldest = (now - told["oldest"]).total_seconds() if told["oldest"] else 0
    yield GaugeMetricFamily("winback_oldest_delivery_seconds", "Age of the oldest mail not yet sent", value=oldest)
    seen = heartbeats.last_seen()
    lag = GaugeMetricFamily(
        "winback_sweep_lag_seconds", "Since a task of the schedule last ended well", labels=["task"]
    )
    for entry in SCHEDULE.values():
        if at := seen.get(f"{heartbeats.TASK}{entry['task']}"):
            lag.add_metric([entry["task"]], (now - at).total_seconds())
    yield lag
    events = dict(EventCount.objects.values_list("name", "number"))
    yield CounterMetricFamily(
        "winback_wakeups_dropped",
        "Hints to workers that were lost; the sweep finds their rows",
        events.get("wakeups_dropped", 0),
    )
