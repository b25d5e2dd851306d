"""Checks and figures of workers, beat, sweeps, and the rows that sweeps put aside."""

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
from nps_project.health.checks import CheckResult, State
from nps_project.health.models import EventCount

FRESH = timedelta(minutes=3)
IN_SECONDS = 120
NAMED = 3
PASSING = timedelta(minutes=10)  # a chance failure, such as a deadlock, has mended itself by then


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago `at` was, as text: "12 s ago", "4 minutes ago"; "not yet" for None."""
    if at is None:
        return _("not yet")
    seconds = (now - at).total_seconds()
    return _("%d s ago") % max(seconds, 0) if seconds < IN_SECONDS else _("%s ago") % timesince(at, now)


def _is_fresh(at: datetime | None, now: datetime, more: timedelta = timedelta()) -> bool:
    return at is not None and now - at < FRESH + more


def worker() -> CheckResult:
    """Whether each queue had a worker in the last minutes."""
    now, seen = timezone.now(), heartbeats.last_seen()
    queues = {name: seen.get(f"{heartbeats.QUEUE}{name}") for name in QUEUES}
    message = ", ".join(
        _("%(queue)s queue: %(ago)s") % {"queue": name, "ago": ago(at, now)} for name, at in queues.items()
    )
    began = _is_fresh(seen.get(heartbeats.BEAT_BEGAN), now)  # a queue may not have had its turn since
    if stale := [name for name, at in queues.items() if not (began or _is_fresh(at, now))]:
        if not _is_fresh(seen.get(heartbeats.BEAT), now):
            return CheckResult(
                State.LOOK, message, _("Without beat nothing tells whether a worker runs. Look at beat first.")
            )
        hint = _("No worker serves %(queues)s. Start one: celery -A nps_project worker --queues %(queues)s")
        return CheckResult(State.BROKEN, message, hint % {"queues": ",".join(stale)})
    return CheckResult(State.OK, message)


def beat() -> CheckResult:
    """Whether beat sent a task in the last minutes."""
    now, at = timezone.now(), heartbeats.last_seen().get(heartbeats.BEAT)
    message = _("seen: %s") % ago(at, now)
    if _is_fresh(at, now):
        return CheckResult(State.OK, message)
    return CheckResult(
        State.BROKEN, message, _("Nothing warns, escalates or sends. Start it: celery -A nps_project beat")
    )


def sweeps() -> CheckResult:
    """Whether each task of the schedule has ended well in its time."""
    now, seen = timezone.now(), heartbeats.last_seen()
    late = []
    for entry in SCHEDULE.values():
        at = seen.get(f"{heartbeats.TASK}{entry['task']}")
        period = timedelta(seconds=entry["schedule"])
        if not _is_fresh(at or seen.get(heartbeats.BEAT_BEGAN), now, 2 * period):
            late.append(f"{entry['task']} ({ago(at, now)})")
    if late:
        hint = _("These fail or wait behind others. The log of the worker names the reason.")
        return CheckResult(State.BROKEN, ", ".join(late), hint)
    return CheckResult(State.OK, _("all %d on time") % len(SCHEDULE))


def put_aside() -> CheckResult:
    """Whether no row is put aside."""
    rows = list(PutAside.objects.order_by("first_at", "pk")[:NAMED])
    if not rows:
        return CheckResult(State.OK, _("no row"))
    number = PutAside.objects.count()
    named = ", ".join(f"{row.sweep} {row.row_id} ({row.error})" for row in rows)
    message = f"{number}: {named}" + (", …" if number > NAMED else "")
    state = State.BROKEN if timezone.now() - rows[0].first_at > PASSING else State.LOOK
    hint = _("These fail each time; all others go on. /setup/system/put-aside/ names the reason of each.")
    return CheckResult(state, message, hint)


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
    """How late the sweeps are, and how many dispatches were dropped; two statements."""
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
