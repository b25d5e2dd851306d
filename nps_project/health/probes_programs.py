"""Worker, beat, sweeps, outgoing mail."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from nps_project.background.queues import QUEUES
from nps_project.background.schedule import SCHEDULE
from nps_project.deliveries.models import Delivery, Status
from nps_project.health import heartbeats
from nps_project.health.checks import Finding, State

FRESH = timedelta(minutes=3)
LATE_MAIL = timedelta(minutes=15)
MAIL_TIMEOUT_S = 5
IN_SECONDS = 120


def ago(at: datetime | None, now: datetime) -> str:
    """As in "12 s ago", "4 minutes ago", "not yet"."""
    if at is None:
        return _("not yet")
    seconds = (now - at).total_seconds()
    return _("%d s ago") % max(seconds, 0) if seconds < IN_SECONDS else _("%s ago") % timesince(at, now)


def _is_fresh(at: datetime | None, now: datetime, more: timedelta = timedelta()) -> bool:
    return at is not None and now - at < FRESH + more


def worker() -> Finding:
    """Each lane was worked on lately."""
    now, seen = timezone.now(), heartbeats.last_seen()
    lanes = {lane: seen.get(f"{heartbeats.LANE}{lane}") for lane in QUEUES}
    says = ", ".join(_("%(lane)s lane: %(ago)s") % {"lane": lane, "ago": ago(at, now)} for lane, at in lanes.items())
    began = _is_fresh(seen.get(heartbeats.BEAT_BEGAN), now)  # then a lane may not have had its turn
    if stale := [lane for lane, at in lanes.items() if not (began or _is_fresh(at, now))]:
        if not _is_fresh(seen.get(heartbeats.BEAT), now):
            return Finding(State.LOOK, says, _("Without beat nothing tells whether a worker runs. Look at beat first."))
        advice = _("No worker serves %(lanes)s. Start one: celery -A nps_project worker --queues %(lanes)s")
        return Finding(State.BROKEN, says, advice % {"lanes": ",".join(stale)})
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


def deliveries() -> Finding:
    """Nothing waits for long, and nothing was given up."""
    now = timezone.now()
    waiting = Q(status__in=[Status.QUEUED, Status.IN_FLIGHT])
    given_up = Q(status__in=[Status.FAILED, Status.UNKNOWN], queued_at__gt=now - timedelta(days=1))
    told = Delivery.objects.filter(waiting | given_up).aggregate(
        waiting=Count("pk", filter=waiting), oldest=Min("queued_at", filter=waiting), lost=Count("pk", filter=given_up)
    )
    says = _("%(waiting)d waiting, %(lost)d not delivered in the last day") % told
    late = told["oldest"] is not None and now - told["oldest"] > LATE_MAIL
    if late or told["lost"]:
        return Finding(State.LOOK, says, _("The outbox at /desk/outbox/ names each one and the mail server's words."))
    return Finding(State.OK, says)


def mail() -> Finding:
    """The mail server answers, and takes our name and password."""
    if settings.MAIL_IS_STORED_ONLY:
        return Finding(State.LOOK, _("no server is set"), _("Mails are only stored, at /desk/outbox/. Set EMAIL_URL."))
    address = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    server = get_connection(timeout=MAIL_TIMEOUT_S)
    try:
        server.open()
        server.close()
    except OSError as error:  # an SMTPException is one
        return Finding(
            State.BROKEN, f"{address}: {type(error).__name__}", _("Look at EMAIL_URL and at the mail server.")
        )
    return Finding(State.OK, _("%s answers") % address)
