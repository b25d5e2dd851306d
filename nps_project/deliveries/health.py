"""Checks and figures of outgoing mail."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client.core import GaugeMetricFamily, Metric

from nps_project.deliveries.mail_services import SERVICES
from nps_project.deliveries.models import Delivery, Status
from nps_project.health.checks import CheckResult, State

DAY = timedelta(days=1)
LATE_MAIL = timedelta(minutes=15)
MAIL_TIMEOUT_S = 5
UNFINISHED = (Status.QUEUED, Status.IN_FLIGHT)


def deliveries() -> CheckResult:
    """Whether no mail waits for long, and none was given up in the last day."""
    now = timezone.now()
    waiting = Q(status__in=[Status.QUEUED, Status.IN_FLIGHT])
    given_up = Q(status__in=[Status.FAILED, Status.UNKNOWN], queued_at__gt=now - timedelta(days=1))
    counts = Delivery.objects.filter(waiting | given_up).aggregate(
        waiting=Count("pk", filter=waiting), oldest=Min("queued_at", filter=waiting), lost=Count("pk", filter=given_up)
    )
    message = _("%(waiting)d waiting, %(lost)d not delivered in the last day") % counts
    late = counts["oldest"] is not None and now - counts["oldest"] > LATE_MAIL
    if late or counts["lost"]:
        return CheckResult(
            State.LOOK, message, _("The outbox at /desk/outbox/ names each one and the mail server's words.")
        )
    return CheckResult(State.OK, message)


def mail() -> CheckResult:
    """Whether the mail server answers and accepts the user and password."""
    if settings.MAIL_IS_STORED_ONLY:
        return CheckResult(
            State.LOOK, _("no server is set"), _("Mails are only stored, at /desk/outbox/. Set EMAIL_URL.")
        )
    if settings.EMAIL_SERVICE:  # it has no way to ask without sending
        title = SERVICES[settings.EMAIL_SERVICE].title
        return CheckResult(State.OK, _("mails go to %(service)s, by its API") % {"service": title})
    address = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    server = get_connection(timeout=MAIL_TIMEOUT_S)
    try:
        server.open()
        server.close()
    except OSError as error:  # an SMTPException is one
        return CheckResult(
            State.BROKEN, f"{address}: {type(error).__name__}", _("Look at EMAIL_URL and at the mail server.")
        )
    return CheckResult(State.OK, _("%s answers") % address)


def measured() -> Iterable[Metric]:
    """Mails by state, and the age of the oldest one; three statements."""
    now = timezone.now()
    unfinished = Q(status__in=UNFINISHED)
    oldest = Delivery.objects.filter(unfinished).aggregate(at=Min("queued_at"))["at"]
    waiting = dict(Delivery.objects.filter(unfinished).values_list("status").annotate(Count("pk")))
    today = Delivery.objects.filter(queued_at__gt=now - DAY).exclude(unfinished)
    states = GaugeMetricFamily(
        "winback_deliveries", "Mails by state: unfinished ones all, others of the last 24 hours", labels=["state"]
    )
    counts = dict.fromkeys(Status.values, 0) | waiting | dict(today.values_list("status").annotate(Count("pk")))
    for state, number in sorted(counts.items()):
        states.add_metric([str(state)], number)
    yield states
    age_s = (now - oldest).total_seconds() if oldest else 0
    yield GaugeMetricFamily("winback_oldest_delivery_seconds", "Age of the oldest mail not yet sent", value=age_s)
