"""Send deliveries: claim a row, talk to the mail server outside any transaction, store the outcome.

Composed mails go by many.py first, by several connections at once; here each row goes by itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries import composing, many, service, smtp
from nps_project.deliveries.handing_over import FORESEEN, send_composed, send_mail
from nps_project.deliveries.models import Audience, Delivery, DeliveryQuerySet, Status
from nps_project.deliveries.queueing import is_reserved
from nps_project.deliveries.results import AGAIN, ANNOUNCE, end, fail, finish, in_flight

STUCK_AFTER = timedelta(minutes=10)  # longer than any send may take
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
    if settings.MAIL_IS_STORED_ONLY:
        _keep(delivery, composer, now)
    elif is_reserved(delivery.to_address):
        finish(delivery, Status.SUPPRESSED)
    elif composer is None:
        _try(delivery, send_mail)
    else:
        _compose(delivery, composer, now, lambda mail: _try(delivery, partial(send_composed, mail=mail)))
    return True


def _keep(delivery: Delivery, composer: composing.Composer | None, at: datetime) -> None:
    """No mail server is set: the outbox keeps the mail, or it waits for one (composing.py)."""

    def store(mail: composing.Mail) -> None:
        subject = " ".join(mail.subject.split())[:300]
        wanted = in_flight(delivery).filter(to_cancel=False)  # what is called back leaves no text
        wanted.update(subject=subject, body_text=mail.text, body_html=mail.html)
        finish(delivery, Status.STORED)

    if composer is None:
        finish(delivery, Status.STORED)
    elif composing.is_kept(delivery.template):
        _compose(delivery, composer, at, store)
    else:
        _put_off(delivery, at + WITHOUT_SERVER)


def _compose(
    delivery: Delivery, composer: composing.Composer, at: datetime, then: Callable[[composing.Mail], None]
) -> None:
    try:
        composed = composer([delivery], at)[delivery.pk]
    except Exception:
        in_flight(delivery).update(status=AGAIN)
        raise
    match composed:
        case composing.Later():
            _put_off(delivery, composed.at)
        case composing.Never():
            end(delivery, Status.CANCELLED, last_error=composed.reason)
        case composing.Mail():
            then(composed)


def _put_off(delivery: Delivery, at: datetime) -> None:
    in_flight(delivery).update(status=AGAIN, retry_at=at)


def _try(delivery: Delivery, send: Callable[[Delivery], None]) -> None:
    try:
        send(delivery)
    except smtp.OutcomeUnknown as error:
        end(delivery, Status.UNKNOWN, last_error=f"No answer after the message: {error}"[:500])
    except FORESEEN as error:
        fail(delivery, error)
    except Exception:
        in_flight(delivery).update(status=AGAIN)  # nobody foresaw it: the sweep puts the row aside
        raise
    else:
        finish(delivery, Status.SENT)


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
        many.SWEEP,
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
        count = sweep.run(SEND, at, only=Q(audience=Audience.STAFF))
        count += many.send_due(at, within_s=LONGEST_S)
        return count + sweep.run(SEND, at)
