"""Send deliveries: claim a row, talk to the mail server outside any transaction, store the outcome."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Case, F, Value, When
from django.utils import timezone

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.models import Audience, Delivery, DeliveryQuerySet, Status
from nps_project.deliveries.queueing import is_reserved
from nps_project.deliveries.signals import delivery_sent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
STUCK_AFTER = timedelta(minutes=10)  # longer than any send may take
ANNOUNCED_WITHIN = timedelta(minutes=1)  # by the sender itself, unless it died
_AGAIN = Case(When(to_cancel=True, then=Value(Status.CANCELLED)), default=Value(Status.QUEUED))
LONGEST_S = 60.0  # a server that hangs holds the thread no longer; the next run goes on


def _claim(delivery_id: int, at: datetime) -> Delivery | None:
    """Take one due row, or nothing when another worker has it."""
    claimed = Delivery.objects.due(at).filter(pk=delivery_id)
    if not claimed.update(status=Status.IN_FLIGHT, claimed_at=at):
        return None
    return Delivery.objects.get(pk=delivery_id)


def send_one(delivery_id: int, at: datetime | None = None) -> bool:
    """Send one queued delivery; False when it is not due or somebody else has it.

    `at`: the time at which the sweep found it due; the clock may have been set back since. None: now.
    A mail server that fails is stored, with a time for the next try. Raises: what nobody foresaw; the row is due still.
    """
    now = timezone.now()
    delivery = _claim(delivery_id, max(at or now, now))
    if delivery is None:
        return False
    if settings.MAIL_IS_STORED_ONLY:
        finish(delivery, Status.STORED)
    elif is_reserved(delivery.to_address):
        finish(delivery, Status.SUPPRESSED)
    else:
        _try(delivery, send_mail)
    return True


def _try(delivery: Delivery, send: Callable[[Delivery], None]) -> None:
    try:
        send(delivery)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _fail(delivery, error)
    except Exception:
        _in_flight(delivery).update(status=_AGAIN)  # nobody foresaw it: the sweep puts the row aside
        raise
    else:
        finish(delivery, Status.SENT)


def _in_flight(delivery: Delivery) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk=delivery.pk, status=Status.IN_FLIGHT)


def message_id_of(delivery: Delivery) -> str:
    """The Message-ID header: one and the same, however often the mail is tried."""
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    return f"<{delivery.message_id}@{host}>"


def send_mail(delivery: Delivery) -> None:
    """Hand one mail to the server. Raises: whatever the mail backend raises."""
    mail = EmailMultiAlternatives(
        delivery.subject,
        delivery.body_text,
        to=[delivery.to_address],
        headers={"Message-ID": message_id_of(delivery), "Auto-Submitted": "auto-generated"},
    )
    if delivery.body_html:
        mail.attach_alternative(delivery.body_html, "text/html")
    mail.send()


def finish(delivery: Delivery, status: str) -> None:
    """Store the outcome; then, when that is safe, tell the receivers."""
    outcome = {"status": status, "sent_at": timezone.now(), "attempts": delivery.attempts + 1, "last_error": ""}
    if _in_flight(delivery).update(**outcome, to_announce=True):
        sweep.take(ANNOUNCE, [delivery.pk], timezone.now())


def announce(delivery_id: int, _at: datetime) -> bool:
    """Tell every receiver of a delivery that left; False when all of them know.

    Raises: the error of a receiver, after all were told; it is told again.
    """
    delivery = Delivery.objects.filter(pk=delivery_id, to_announce=True).first()
    if delivery is None:
        return False
    for _receiver, answer in delivery_sent.send_robust(Delivery, delivery=delivery):
        if isinstance(answer, Exception):
            raise answer
    Delivery.objects.filter(pk=delivery_id).update(to_announce=False)
    return True


def _to_announce(at: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(to_announce=True, sent_at__lte=at - ANNOUNCED_WITHIN).order_by("sent_at")


ANNOUNCE = sweep.add(Sweep("deliveries.announce", _to_announce, announce))


def _is_final(error: Exception) -> bool:
    """Whether another try can do nothing: a mail that cannot be built, or a recipient refused for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, ValueError)


def _fail(delivery: Delivery, error: Exception) -> None:
    attempts = delivery.attempts + 1
    status = Value(Status.FAILED) if _is_final(error) or attempts >= MAX_ATTEMPTS else _AGAIN
    wait = timedelta(seconds=min(30 * 4**attempts, 6 * 3600))
    _in_flight(delivery).update(
        status=status,
        attempts=attempts,
        retry_at=timezone.now() + wait,
        last_error=f"{type(error).__name__}: {error}"[:500],
    )
    logger.warning("delivery %d failed (try %d): %s", delivery.pk, attempts, type(error).__name__)


def _stuck(at: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(status=Status.IN_FLIGHT, claimed_at__lt=at - STUCK_AFTER).order_by("claimed_at")


def release(delivery_id: int, at: datetime) -> bool:
    """The sender of this row died, so its end is unknown: a staff mail that still holds is repeated once, others are
    shown."""
    stuck = _stuck(at).filter(pk=delivery_id)
    first = stuck.filter(audience=Audience.STAFF, repeated_at=None, to_cancel=False)
    repeated = first.update(status=Status.QUEUED, attempts=F("attempts") + 1, retry_at=at, repeated_at=at)
    return bool(repeated or stuck.update(status=Status.UNKNOWN))


RELEASE = sweep.add(Sweep("deliveries.release", _stuck, release))
SEND = sweep.add(
    Sweep(
        "deliveries.send",
        lambda at: Delivery.objects.due(at).order_by("-audience", "retry_at"),  # staff first: theirs are the warnings
        send_one,
        budget_s=LONGEST_S,
    )
)


def release_stuck(at: datetime) -> int:
    """One sweep over rows whose sender died. Returns: how many."""
    return sweep.run(RELEASE, at)


def send_due(at: datetime) -> int:
    """Free what got stuck, tell receivers what they missed, send what is due. Returns: how many were tried."""
    release_stuck(at)
    sweep.run(ANNOUNCE, at)
    return sweep.run(SEND, at)
