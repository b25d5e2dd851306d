"""Send deliveries: claim a row, talk to the mail server outside any transaction, store the outcome.

A mail that a composer makes (composing.py) goes by smtp.py or, to a mail service, by service.py, which know whether it
was taken; the others by Django's mail backend.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries import composing, service, smtp
from nps_project.deliveries.models import Audience, Delivery, DeliveryQuerySet, Status
from nps_project.deliveries.queueing import is_reserved
from nps_project.deliveries.refusals import Refusal, read_refusal
from nps_project.deliveries.signals import delivery_failed, delivery_sent

logger = logging.getLogger(__name__)

FORESEEN = (
    smtplib.SMTPException,
    smtp.Refused,
    service.ServiceRefused,
    AnymailError,
    OSError,
    ValueError,
)
MAX_ATTEMPTS = 8
NOT_SENT = (Status.FAILED, Status.UNKNOWN, Status.CANCELLED)  # as delivery_failed tells of them
STUCK_AFTER = timedelta(minutes=10)  # longer than any send may take
ANNOUNCED_WITHIN = timedelta(minutes=1)  # by the sender itself, unless it died
_AGAIN = Case(When(to_cancel=True, then=Value(Status.CANCELLED)), default=Value(Status.QUEUED))
WITHOUT_SERVER = timedelta(minutes=5)  # so long waits a mail that is not kept, and cannot go out
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
    composer = composing.composer_of(delivery.template)
    if settings.MAIL_IS_STORED_ONLY and composer is None:
        finish(delivery, Status.STORED)
    elif settings.MAIL_IS_STORED_ONLY:
        _put_off(delivery, now + WITHOUT_SERVER)
    elif is_reserved(delivery.to_address):
        finish(delivery, Status.SUPPRESSED)
    elif composer is None:
        _try(delivery, send_mail)
    else:
        _compose_and_send(delivery, composer, now)
    return True


def _compose_and_send(delivery: Delivery, composer: composing.Composer, at: datetime) -> None:
    try:
        composed = composer([delivery], at)[delivery.pk]
    except Exception:
        _in_flight(delivery).update(status=_AGAIN)
        raise
    match composed:
        case composing.Later():
            _put_off(delivery, composed.at)
        case composing.Never():
            _end(delivery, Status.CANCELLED, last_error=composed.reason)
        case composing.Mail():
            _try(delivery, partial(send_composed, mail=composed))


def _put_off(delivery: Delivery, at: datetime) -> None:
    _in_flight(delivery).update(status=_AGAIN, retry_at=at)


def _try(delivery: Delivery, send: Callable[[Delivery], None]) -> None:
    try:
        send(delivery)
    except smtp.OutcomeUnknown as error:
        _end(delivery, Status.UNKNOWN, last_error=f"No answer after the message: {error}"[:500])
    except FORESEEN as error:
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


def _message_id_header(delivery: Delivery) -> dict[str, str]:
    message_id = message_id_of(delivery)
    return service.headers_that_keep(message_id) if settings.EMAIL_SERVICE else {"Message-ID": message_id}


def send_mail(delivery: Delivery) -> None:
    """Hand one mail to the server. Raises: whatever the mail backend raises."""
    mail = EmailMultiAlternatives(
        delivery.subject,
        delivery.body_text,
        to=[delivery.to_address],
        headers={**_message_id_header(delivery), "Auto-Submitted": "auto-generated"},
    )
    if delivery.body_html:
        mail.attach_alternative(delivery.body_html, "text/html")
    mail.send()


def send_composed(delivery: Delivery, mail: composing.Mail) -> None:
    """Hand a composed mail to the server or the service. Raises: as smtp.send and service.send; ValueError when it
    cannot be built."""
    message = EmailMultiAlternatives(
        " ".join(mail.subject.split()),
        mail.text,
        to=[delivery.to_address],
        headers={
            **_message_id_header(delivery),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            **mail.headers,
        },
    )
    message.attach_alternative(mail.html, "text/html")
    if settings.EMAIL_SERVICE:  # bounces come back to the service, and from there by its webhook
        service.send(message, mail_id=str(delivery.message_id))
        return
    sender = mail.envelope_sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    smtp.send(
        message.message().as_bytes(linesep="\r\n"),
        sender=sanitize_address(sender, "utf-8"),
        to=sanitize_address(delivery.to_address, "utf-8"),
    )


def finish(delivery: Delivery, status: str) -> None:
    """Store the outcome; then, when that is safe, tell the receivers."""
    outcome = {"status": status, "sent_at": timezone.now(), "attempts": delivery.attempts + 1, "last_error": ""}
    if _in_flight(delivery).update(**outcome, to_announce=True):
        sweep.take(ANNOUNCE, [delivery.pk], timezone.now())


def _end(delivery: Delivery, status: str, **outcome: object) -> None:
    """Store that it was not sent, or that nobody knows; then tell the receivers."""
    outcome |= {"status": status, "attempts": delivery.attempts + 1, "to_announce": True}
    if _in_flight(delivery).update(**outcome):
        sweep.take(ANNOUNCE, [delivery.pk], timezone.now())


def announce(delivery_id: int, _at: datetime) -> bool:
    """Tell every receiver of a delivery that left, or that will not leave; False when all of them know.

    Raises: the error of a receiver, after all were told; it is told again.
    """
    delivery = Delivery.objects.filter(pk=delivery_id, to_announce=True).first()
    if delivery is None:
        return False
    signal = delivery_failed if delivery.status in NOT_SENT else delivery_sent
    for _receiver, answer in signal.send_robust(Delivery, delivery=delivery):
        if isinstance(answer, Exception):
            raise answer
    Delivery.objects.filter(pk=delivery_id).update(to_announce=False)
    return True


def _to_announce(at: datetime) -> DeliveryQuerySet:
    since = at - ANNOUNCED_WITHIN
    ended = Q(sent_at__lte=since) | Q(sent_at=None, claimed_at__lte=since)
    return Delivery.objects.filter(ended, to_announce=True).order_by("sent_at", "pk")


ANNOUNCE = sweep.add(Sweep("deliveries.announce", _to_announce, announce))


def _is_final(error: Exception) -> bool:
    """Whether another try can do nothing: a mail that cannot be built, or a recipient refused for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, ValueError)


def _read(refused: smtp.Refused) -> Refusal:
    return read_refusal(refused.code, refused.text, of_sender=refused.of_sender)


def _fail(delivery: Delivery, error: Exception) -> None:
    attempts = delivery.attempts + 1
    refused_as, is_final = "", _is_final(error)
    if isinstance(error, smtp.Refused | service.ServiceRefused):
        refusal = error.refusal if isinstance(error, service.ServiceRefused) else _read(error)
        refused_as, is_final = refusal.kind, refusal.is_final
    logger.warning("delivery %d failed (try %d): %s", delivery.pk, attempts, type(error).__name__)
    wait = timedelta(seconds=min(30 * 4**attempts, 6 * 3600))
    outcome = {
        "refused_as": refused_as,
        "retry_at": timezone.now() + wait,
        "last_error": f"{type(error).__name__}: {error}"[:500],
    }
    if is_final or attempts >= MAX_ATTEMPTS:
        _end(delivery, Status.FAILED, **outcome)
    else:
        _in_flight(delivery).update(status=_AGAIN, attempts=attempts, **outcome)


def _stuck(at: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(status=Status.IN_FLIGHT, claimed_at__lt=at - STUCK_AFTER).order_by("claimed_at")


def release(delivery_id: int, at: datetime) -> bool:
    """The sender of this row died, so its end is unknown: a staff mail that still holds is repeated once, others are
    shown."""
    stuck = _stuck(at).filter(pk=delivery_id)
    first = stuck.filter(audience=Audience.STAFF, repeated_at=None, to_cancel=False)
    repeated = first.update(status=Status.QUEUED, attempts=F("attempts") + 1, retry_at=at, repeated_at=at)
    return bool(repeated or stuck.update(status=Status.UNKNOWN, to_announce=True))


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
    with smtp.kept_connection(), service.kept_session():
        return sweep.run(SEND, at)
