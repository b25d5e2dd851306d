"""What an operator is told of worker, beat, sweeps, and of rows that sweeps put aside."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from nps_project.background.models import PutAside
from nps_project.background.queues import QUEUES
from nps_project.background.schedule import SCHEDULE
from nps_project.background.sweep import SWEEPS
from nps_project.health import heartbeats
from nps_project.health.checks import Finding, State
from nps_project.health.models import EventCount

FRESH = timedelta(minutes=3)
IN_SECONDS = 120
NAMED = 3
PASSING = timedelta(minutes=10)  # what only came together badly, such as a deadlock, has mended itself by then


def ago(at: datetime | None, now: datetime) -> str:
    """As in "12 s ago", "4 minutes ago", "not yet"."""
    if at is None:
        return _("not yet")
    seconds = (now - at).total_seconds()
    return _("%d s ago") % max(seconds, 0) if seconds < IN_SECONDS else _("%s ago") % timesince(at, now)


def _is_fresh(at: datetime | None, now: datetime, more: timedelta = timedelta()) -> bool:
    return at is not None and now - at < FRESH + more


def worker() -> Finding:
    """Whether each queue had a worker in the last minutes."""
    now, seen = timezone.now(), heartbeats.last_seen()
    queues = {name: seen.get(f"{heartbeats.QUEUE}{name}") for name in QUEUES}
    says = ", ".join(
        _("%(queue)s queue: %(ago)s") % {"queue": name, "ago": ago(at, now)} for name, at in queues.items()
    )
    began = _is_fresh(seen.get(heartbeats.BEAT_BEGAN), now)  # a queue may not have had its turn since
    if stale := [name for name, at in queues.items() if not (began or _is_fresh(at, now))]:
        if not _is_fresh(seen.get(heartbeats.BEAT), now):
            return Finding(State.LOOK, says, _("Without beat nothing tells whether a worker runs. Look at beat first."))
        advice = _("No worker serves %(queues)s. Start one: celery -A nps_project worker --queues %(queues)s")
        return Finding(State.BROKEN, says, advice % {"queues": ",".join(stale)})
    return Finding(State.OK, says)


def beat() -> Finding:
    """It sent something lately."""
    now, at = timezone.now(), heartbeats.last_seen().get(heartbeats.BEAT)
    says = _("seen: %s") % ago(at, now)
    if _is_fresh(at, now):
        return Finding(State.OK, says)
    return Finding(State.BROKEN, says, _("Nothing warns, escalates or sends. Start it: celery -A nps_project beat"))


def sweeps() -> Finding:
    """Each entry of the schedule ran to its end in its time."""
    now, seen = timezone.now(), heartbeats.last_seen()
    late = []
    for entry in SCHEDULE.values():
        at = seen.get(f"{heartbeats.TASK}{entry['task']}")
        period = timedelta(seconds=entry["schedule"])
        if not _is_fresh(at or seen.get(heartbeats.BEAT_BEGAN), now, 2 * period):
            late.append(f"{entry['task']} ({ago(at, now)})")
    if late:
        advice = _("These fail or wait behind others. The log of the worker names the reason.")
        return Finding(State.BROKEN, ", ".join(late), advice)
    return Finding(State.OK, _("all %d on time") % len(SCHEDULE))


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


def rows_measured() -> Iterable[Metric]:
    """Rows put aside, by sweep; one statement."""
    counts = dict.fromkeys(SWEEPS, 0)
    counts |= dict(PutAside.objects.values_list("sweep").annotate(Count("pk")))
    rows = GaugeMetricFamily(
        "winback_rows_put_aside", "Rows on which a sweep failed; they are tried again", labels=["sweep"]
    )
    for sweep, number in sorted(counts.items()):
        rows.add_metric([sweep], number)
    yield rows


def sweeps_measured() -> Iterable[Metric]:
    """How late the sweeps are, and what was dropped; two statements."""
    now = timezone.now()
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
