"""Send many composed mails quickly: read and composed some at a time, each claimed when its turn comes.

A worker reserves some rows by moving the time of their next try, so that nobody else takes them meanwhile; they stay
queued, and whoever cancels one is obeyed. One statement says that a mail was taken and claims the next one, so a worker
that is killed leaves one mail of unknown end for each of its connections.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from nps_project.background import put_aside, sweep
from nps_project.deliveries import composing, service, smtp
from nps_project.deliveries.handing_over import FORESEEN, send_composed
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.queueing import is_reserved
from nps_project.deliveries.results import AGAIN, ANNOUNCE, end, fail, in_flight

logger = logging.getLogger(__name__)

SWEEP = "deliveries.send"  # the sweep that sends rows one by one, and puts aside those that raise
CHUNK = 50
RESERVED = timedelta(minutes=2)
FRESH_S = 2.0  # a mail that was composed longer ago is composed again
MOST_UNANSWERED = 8  # mails in a row of unknown end
SILENT_FOR = timedelta(minutes=10)
_TAKEN = """
UPDATE deliveries_delivery SET status = 'sent', sent_at = %s, attempts = attempts + 1, last_error = '',
    to_announce = true
WHERE id = %s AND status = 'in_flight';
"""
_CLAIM = """
UPDATE deliveries_delivery SET status = 'in_flight', claimed_at = %s
WHERE id = %s AND status = 'queued' AND retry_at = %s RETURNING id
"""


class _Unanswered:
    """Counts the mails in a row that this process handed over and got no answer for. A server that is silent, or cuts
    off each talk at its end, would make an unknown end of everybody's mail."""

    def __init__(self) -> None:
        self._count, self._lock = 0, threading.Lock()

    def add(self) -> None:
        """One more."""
        with self._lock:
            self._count += 1

    def forget(self) -> None:
        """The server answers."""
        self._count = 0

    def are_many(self) -> bool:
        """Whether to wait; after the wait one more is enough."""
        with self._lock:
            are_many = self._count >= MOST_UNANSWERED
            self._count = min(self._count, MOST_UNANSWERED - 1)
        return are_many


_unanswered = _Unanswered()


def _put_all_off() -> None:
    """Have every composed mail wait for SILENT_FOR, those that other connections reserved as well."""
    logger.error("%d mails in a row got no answer: mails to customers wait for %s", MOST_UNANSWERED, SILENT_FOR)
    until = timezone.now() + SILENT_FOR
    waiting = Delivery.objects.filter(status=Status.QUEUED, audience=Audience.CUSTOMER, retry_at__lt=until)
    waiting.filter(template__in=composing.templates()).update(retry_at=until)


def send_due(at: datetime, *, within_s: float) -> int:
    """Send composed mails that are due, by several connections at once. Returns: how many were tried."""
    if settings.MAIL_IS_STORED_ONLY:
        return 0
    ends = time.monotonic() + within_s
    if settings.MAIL_CONNECTIONS == 1:
        return _work(at, ends)
    with ThreadPoolExecutor(settings.MAIL_CONNECTIONS) as pool:
        return sum(pool.map(lambda _number: _in_thread(at, ends), range(settings.MAIL_CONNECTIONS)))


def _in_thread(at: datetime, ends: float) -> int:
    try:
        return _work(at, ends)
    finally:
        connection.close()


def _work(at: datetime, ends: float) -> int:
    count = 0
    with smtp.kept_connection(), service.kept_session():
        while time.monotonic() < ends and (chunk := _reserve(at)):
            count += len(chunk)
            _Chunk(chunk, ends).send()
            if Delivery.objects.due(at).filter(audience=Audience.STAFF).exists():
                break  # theirs are the warnings: they go first
    return count


def _reserve(at: datetime) -> list[Delivery]:
    later = put_aside.of_sweep(SWEEP).filter(row_id=OuterRef("pk"), retry_at__gt=at)
    rows = Delivery.objects.due(at).filter(~Exists(later), audience=Audience.CUSTOMER)
    rows = rows.filter(template__in=composing.templates()).order_by("retry_at", "pk")
    until = max(at, timezone.now()) + RESERVED
    with transaction.atomic():
        locked = rows.select_for_update(of=("self",), no_key=True, skip_locked=True)
        ids = list(locked.values_list("pk", flat=True)[:CHUNK])
        Delivery.objects.filter(pk__in=ids).update(retry_at=until)
    return list(Delivery.objects.filter(pk__in=ids).order_by("pk"))


class _Chunk:
    """Some reserved rows, and the mail that the server took last, which is not written down yet."""

    def __init__(self, rows: Sequence[Delivery], ends: float) -> None:
        self.rows, self.ends = rows, ends
        self.until = rows[0].retry_at
        self.taken: tuple[Delivery, datetime] | None = None
        self.left: list[Delivery] = []

    def send(self) -> None:
        """All of them, unless the time is over; then the others are free again."""
        made: Mapping[int, composing.Composed] = {}
        composed_at = float("-inf")
        for place, row in enumerate(self.rows):
            if time.monotonic() > self.ends:
                rest = Delivery.objects.filter(pk__in=[one.pk for one in self.rows[place:]], retry_at=self.until)
                rest.filter(status=Status.QUEUED).update(retry_at=timezone.now())
                break
            if time.monotonic() - composed_at > FRESH_S:
                composed_at, made = time.monotonic(), _composed(self.rows[place:])
            self._one(row, made.get(row.pk))
            if _unanswered.are_many():
                _put_all_off()
                break
        self._write_down()
        if self.left:
            sweep.take(ANNOUNCE, [row.pk for row in self.left], timezone.now())

    def _one(self, row: Delivery, composed: composing.Composed | None) -> None:
        match composed:
            case composing.Later():
                queued = Delivery.objects.filter(pk=row.pk, status=Status.QUEUED, retry_at=self.until)
                queued.update(retry_at=composed.at)
            case composing.Mail() if not is_reserved(row.to_address):
                if self._claim(row):
                    self._hand_over(row, composed)
            case _:  # by the way of a single row, which knows them all, and puts aside what raises
                self._write_down()
                sweep.take(sweep.SWEEPS[SWEEP], [row.pk], self.until)

    def _claim(self, row: Delivery) -> bool:
        """Claim this row, and write down the one before."""
        sql = _CLAIM
        values: list[datetime | int] = [timezone.now(), row.pk, self.until]
        if self.taken is not None:
            before, at = self.taken
            sql, values = _TAKEN + _CLAIM, [at, before.pk, *values]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            is_claimed = cursor.fetchone() is not None
        self._is_written()
        return is_claimed

    def _hand_over(self, row: Delivery, mail: composing.Mail) -> None:
        try:
            send_composed(row, mail)
        except smtp.OutcomeUnknown as error:
            _unanswered.add()
            end(row, Status.UNKNOWN, last_error=f"No answer after the message: {error}"[:500])
        except FORESEEN as error:
            if isinstance(error, smtp.Refused | service.ServiceRefused):
                _unanswered.forget()
            fail(row, error)
        except Exception as error:  # noqa: BLE001  (nobody foresaw it: this row waits, the others go on)
            in_flight(row).update(status=AGAIN)
            put_aside.put_aside(SWEEP, row.pk, timezone.now(), *put_aside.describe(error))
        else:
            _unanswered.forget()
            self.taken = row, timezone.now()

    def _write_down(self) -> None:
        if self.taken is not None:
            before, at = self.taken
            with connection.cursor() as cursor:
                cursor.execute(_TAKEN, [at, before.pk])
            self._is_written()

    def _is_written(self) -> None:
        if self.taken is not None:
            self.left.append(self.taken[0])
            self.taken = None


def _composed(rows: Sequence[Delivery]) -> Mapping[int, composing.Composed]:
    """What is to be done with each; nothing is known of those whose composer raised: they are taken one by one."""
    made: dict[int, composing.Composed] = {}
    for template in {row.template for row in rows}:
        composer = composing.composer_of(template)
        if composer is not None:
            try:
                made |= composer([row for row in rows if row.template == template], timezone.now())
            except Exception:  # noqa: BLE001, S112  (see above; it is traced there)
                continue
    return made
