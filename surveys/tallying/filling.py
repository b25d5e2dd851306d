"""Count the answers of the past by a trait that was marked, in parts, while new ones come in."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from nps_project.background import sweep
from surveys.tallying.counting import KEY
from surveys.tallying.models import COUNTING, MOST_VALUES, MarkedTrait, State

AT_ONCE = 20_000  # ids of answers
BUDGET_S = 10.0  # for one trait before it is another one's turn
LOCK_MS = 250  # so long new answers may wait, before filling waits for a better moment
LOOK_EVERY = timedelta(hours=1)  # at the number of values
_LOCK_NOT_AVAILABLE = "55P03"

_FILL = f"""
INSERT INTO tallying_traittally AS tally ({KEY}, count)
SELECT %s, survey_id, (answered_at AT TIME ZONE %s)::date, tallying_value(traits, %s), score, count(*)
FROM surveys_response WHERE id > %s AND id <= %s AND state = 'confirmed' GROUP BY 2, 3, 4, 5 ORDER BY 2, 3, 4, 5
ON CONFLICT ({KEY}) DO UPDATE SET count = tally.count + excluded.count
"""  # noqa: S608  (constants of this module)
_NEXT = "SELECT min(id) FROM surveys_response WHERE id > %s AND id <= %s"
_VALUES = "SELECT count(DISTINCT value) FROM tallying_traittally WHERE trait_id = %s AND value <> 'null' AND count > 0"
_UNMARKED = f"""
WITH RECURSIVE found (id) AS (
    (SELECT trait_id FROM tallying_traittally ORDER BY trait_id LIMIT 1)
    UNION ALL SELECT (
        SELECT trait_id FROM tallying_traittally WHERE trait_id > found.id ORDER BY trait_id LIMIT 1
    ) FROM found WHERE id IS NOT NULL
)
SELECT id FROM found WHERE id IS NOT NULL
AND NOT EXISTS (SELECT FROM tallying_markedtrait mark WHERE mark.id = found.id AND mark.state <> '{State.REFUSED}')
"""  # noqa: S608
_DELETE = """
DELETE FROM tallying_traittally WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM tallying_traittally WHERE trait_id = %s LIMIT 20000
))
"""


def begin(mark_id: int) -> bool:
    """Let each answer from now on count itself by this trait. False when others keep the lock, so that it must wait.

    Under the lock nobody stores an answer that counts: all have ids up to `until`, and whoever comes after sees the
    mark.
    """
    try:
        with transaction.atomic():
            mark = MarkedTrait.objects.select_for_update(no_key=True).filter(pk=mark_id, state=State.WAITING).first()
            if mark is None:
                return True
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
                cursor.execute("LOCK TABLE surveys_tally IN SHARE MODE")
                cursor.execute("SELECT coalesce(max(id), 0) FROM surveys_response")
                mark.until = cursor.fetchone()[0]
            mark.state = State.FILLING
            mark.save(update_fields=["until", "state"])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


@transaction.atomic
def fill_some(mark_id: int, at_once: int = AT_ONCE) -> bool:
    """Count the next answers of the past by this trait. False when nothing is left, or it is refused."""
    mark = MarkedTrait.objects.select_for_update(no_key=True).filter(pk=mark_id, state=State.FILLING).first()
    if mark is None or mark.until is None:
        return False
    before = mark.filled_to
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [before, mark.until])
        (following,) = cursor.fetchone()  # ids may have gaps of any size
        upto = mark.until if following is None else min(following - 1 + at_once, mark.until)
        cursor.execute(_FILL, [mark.pk, settings.TIME_ZONE, mark.name, before, upto])
    mark.filled_to = upto
    if upto == mark.until:
        mark.state = State.READY
    if mark.state == State.READY or upto.bit_length() > before.bit_length():  # after 1, 2, 4, 8, … parts
        _look(mark, timezone.now())
    mark.save(update_fields=["filled_to", "state", "values", "looked_at"])
    return mark.state == State.FILLING


def _look(mark: MarkedTrait, at: datetime) -> None:
    """Count the different values; with too many of them the trait is refused."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [mark.pk])
        mark.values, mark.looked_at = cursor.fetchone()[0], at
    if (mark.values or 0) > MOST_VALUES:
        mark.state = State.REFUSED


@transaction.atomic
def _look_again(mark_id: int, at: datetime) -> None:
    mark = MarkedTrait.objects.select_for_update(no_key=True).filter(pk=mark_id, state=State.READY).first()
    if mark is not None:
        _look(mark, at)
        mark.save(update_fields=["state", "values", "looked_at"])


def _due(at: datetime) -> QuerySet[MarkedTrait]:
    old = Q(looked_at__isnull=True) | Q(looked_at__lt=at - LOOK_EVERY)
    return MarkedTrait.objects.filter(Q(state=State.WAITING) | Q(state=State.FILLING) | (COUNTING & old)).order_by("pk")


def _act(mark_id: int, at: datetime) -> bool | Q:
    ends = time.monotonic() + BUDGET_S
    if not begin(mark_id):
        return Q(pk=mark_id)
    while fill_some(mark_id):
        if time.monotonic() >= ends:
            return True
    if _due(at).filter(pk=mark_id).exists():
        _look_again(mark_id, at)
    return True


FILL = sweep.add(sweep.Sweep("tallying.fill", _due, _act))


def delete_unmarked() -> int:
    """Delete the tallies of traits that are marked no longer, or refused. Returns: how many."""
    number = 0
    with connection.cursor() as cursor:
        cursor.execute(_UNMARKED)
        for (trait_id,) in cursor.fetchall():
            cursor.execute(_DELETE, [trait_id])
            while cursor.rowcount > 0:
                number += cursor.rowcount
                cursor.execute(_DELETE, [trait_id])
    return number
