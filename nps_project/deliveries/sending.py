"""The one place that sends: claim a row, talk to the mail server outside any transaction, store how it went."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.queueing import is_reserved
from nps_project.deliveries.signals import delivery_sent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
STUCK_AFTER = timedelta(minutes=10)  # longer than any send may take


def _claim(delivery_id: int, at: datetime) -> Delivery | None:
    """Take one due row, or nothing when another worker has it."""
    claimed = Delivery.objects.due(at).filter(pk=delivery_id)
    if not claimed.update(status=Status.IN_FLIGHT, claimed_at=at):
        return None
    return Delivery.objects.get(pk=delivery_id)


def send_one(delivery_id: int) -> bool:
    """Send one queued delivery; False when it is not due or somebody else has it. Failures are stored, not raised."""
    delivery = _claim(delivery_id, timezone.now())
    if delivery is None:
        return False
    if settings.MAIL_IS_STORED_ONLY:
        _finish(delivery, Status.STORED)
    elif is_reserved(delivery.to_address):
        _finish(delivery, Status.SUPPRESSED)
    else:
        _try(delivery, _send_mail)
    return True


def _try(delivery: Delivery, send: Callable[[Delivery], None]) -> None:
    try:
        send(delivery)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _fail(delivery, error)
    else:
        _finish(delivery, Status.SENT)


def message_id_of(delivery: Delivery) -> str:
    """The Message-ID header: one and the same, however often the mail is tried."""
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    return f"<{delivery.message_id}@{host}>"


def _send_mail(delivery: Delivery) -> None:
    mail = EmailMultiAlternatives(
        delivery.subject,
        delivery.body_text,
        to=[delivery.to_address],
        headers={"Message-ID": message_id_of(delivery), "Auto-Submitted": "auto-generated"},
    )
    if delivery.body_html:
        mail.attach_alternative(delivery.body_html, "text/html")
    mail.send()


@transaction.atomic
def _finish(delivery: Delivery, status: str) -> None:
    done = Delivery.objects.filter(pk=delivery.pk, status=Status.IN_FLIGHT)
    if done.update(status=status, sent_at=timezone.now(), attempts=delivery.attempts + 1, last_error=""):
        delivery.refresh_from_db()
        delivery_sent.send(Delivery, delivery=delivery)


def _is_final(error: Exception) -> bool:
    """Whether another try can do nothing: a mail that cannot be built, or a recipient refused for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, ValueError)


def _fail(delivery: Delivery, error: Exception) -> None:
    attempts = delivery.attempts + 1
    status = Status.FAILED if _is_final(error) or attempts >= MAX_ATTEMPTS else Status.QUEUED
    wait = timedelta(seconds=min(30 * 4**attempts, 6 * 3600))
    Delivery.objects.filter(pk=delivery.pk, status=Status.IN_FLIGHT).update(
        status=status,
        attempts=attempts,
        retry_at=timezone.now() + wait,
        last_error=f"{type(error).__name__}: {error}"[:500],
    )
    logger.warning("delivery %d failed (try %d): %s", delivery.pk, attempts, type(error).__name__)


def release_stuck(at: datetime) -> int:
    """Rows whose sender died, so that their end is unknown: a staff mail is repeated once, a customer's is shown."""
    stuck = Delivery.objects.filter(status=Status.IN_FLIGHT, claimed_at__lt=at - STUCK_AFTER)
    first = stuck.filter(audience=Audience.STAFF, repeated_at=None)
    repeated = first.update(status=Status.QUEUED, attempts=F("attempts") + 1, retry_at=at, repeated_at=at)
    return repeated + stuck.update(status=Status.UNKNOWN)
