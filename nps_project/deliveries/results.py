"""Store what became of a delivery that was claimed, then tell the receivers."""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Q, Value, When
from django.utils import timezone

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries import composing, service, smtp
from nps_project.deliveries.models import Delivery, DeliveryQuerySet, Status
from nps_project.deliveries.refusals import Refusal, read_refusal
from nps_project.deliveries.signals import delivery_failed, delivery_sent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
NOT_SENT = (Status.FAILED, Status.UNKNOWN, Status.CANCELLED)  # as delivery_failed tells of them
ANNOUNCED_WITHIN = timedelta(minutes=1)  # by the sender itself, unless it died
AGAIN = Case(When(to_cancel=True, then=Value(Status.CANCELLED)), default=Value(Status.QUEUED))


def in_flight(delivery: Delivery) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk=delivery.pk, status=Status.IN_FLIGHT)


def finish(delivery: Delivery, status: str) -> None:
    """Store the outcome; then, when that is safe, tell the receivers."""
    outcome = {"status": status, "sent_at": timezone.now(), "attempts": delivery.attempts + 1, "last_error": ""}
    if in_flight(delivery).update(**outcome, to_announce=True):
        sweep.take(ANNOUNCE, [delivery.pk], timezone.now())


def end(delivery: Delivery, status: str, **outcome: object) -> None:
    """Store that it was not sent, or that nobody knows; then tell the receivers."""
    outcome |= {"status": status, "attempts": delivery.attempts + 1, "to_announce": True}
    if in_flight(delivery).update(**outcome):
        sweep.take(ANNOUNCE, [delivery.pk], timezone.now())


def announce(delivery_id: int, _at: datetime) -> bool:
    """Tell every receiver of a delivery that left, or that will not leave; False when all of them know.

    Raises: the error of a receiver, after all were told; it is told again.
    """
    delivery = Delivery.objects.filter(pk=delivery_id, to_announce=True).first()
    if delivery is None:
        return False
    told = composing.told_of(delivery.template)
    if told is not None and delivery.status not in NOT_SENT:
        told([delivery])
    else:
        signal = delivery_failed if delivery.status in NOT_SENT else delivery_sent
        for _receiver, answer in signal.send_robust(Delivery, delivery=delivery):
            if isinstance(answer, Exception):
                raise answer
    Delivery.objects.filter(pk=delivery_id).update(to_announce=False)
    return True


def _announce_together(delivery_ids: Sequence[int], _at: datetime) -> Sequence[int]:
    """Tell of all those that left to who hears of many at once. Returns: the others."""
    rows = Delivery.objects.filter(pk__in=delivery_ids, to_announce=True).exclude(status__in=NOT_SENT)
    by_told: dict[composing.Told, list[Delivery]] = {}
    for row in rows:
        if (told := composing.told_of(row.template)) is not None:
            by_told.setdefault(told, []).append(row)
    for told, deliveries in by_told.items():
        told(deliveries)
    done = {row.pk for deliveries in by_told.values() for row in deliveries}
    Delivery.objects.filter(pk__in=done).update(to_announce=False)
    return [pk for pk in delivery_ids if pk not in done]


def _to_announce(at: datetime) -> DeliveryQuerySet:
    since = at - ANNOUNCED_WITHIN
    ended = Q(sent_at__lte=since) | Q(sent_at=None, claimed_at__lte=since)
    return Delivery.objects.filter(ended, to_announce=True).order_by("sent_at", "pk")


ANNOUNCE = sweep.add(Sweep("deliveries.announce", _to_announce, announce, together=_announce_together))


def _is_final(error: Exception) -> bool:
    """Whether another try can do nothing: a mail that cannot be built, or a recipient refused for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, ValueError)


def _read(refused: smtp.Refused) -> Refusal:
    return read_refusal(refused.code, refused.text, of_sender=refused.of_sender)


def fail(delivery: Delivery, error: Exception) -> None:
    """Store what the server, or the way to it, said; and when to try again, if at all."""
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
        end(delivery, Status.FAILED, **outcome)
    else:
        in_flight(delivery).update(status=AGAIN, attempts=attempts, **outcome)
