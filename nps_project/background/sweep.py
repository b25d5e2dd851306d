"""Run sweeps: each due row by itself, so that one that raises is put aside with a growing pause and the others go on.

A sweep says which rows are due and what is done with one of them. Rows that are put aside are left out where the due
ones are chosen, so rows that always fail never hide others. Apps make their sweeps with `add`, on import.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from nps_project.background import put_aside

logger = logging.getLogger(__name__)

BATCH = 100
BUDGET_S = 20.0
LOOKED_AT_AGAIN = 500  # rows put aside, by one run
YOUNG = timedelta(minutes=2)  # some rows are due only a while after they were first tried
IN_HAND = timedelta(minutes=10)  # so long after its pause a row may be with another worker
# Deadlock, serialization, a lock or a statement that took too long: these come with the row. Other OperationalErrors
# say that the database is gone, full or going down.
_OF_THE_ROW = ("40001", "40P01", "55P03", "57014")

Act = Callable[[int, datetime], bool | Q]
Together = Callable[[Sequence[int], datetime], Sequence[int]]
Known = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is due, and what is done with it.

    due: the rows to be done at a time, the most urgent first; a row leaves them when it is done.
    act: does one row in a transaction of its own, after looking whether it is due still; a second time changes nothing.
        Returns: True when it did something, False when there was nothing to do; a Q when nothing can be done now for
        the rows that it names, so that this run leaves them out.
    together: does at once what can be done for many rows; returns the ids that are left to `act`.
    budget_s: after so many seconds a run begins no other row; unset, BUDGET_S.
    """

    name: str
    due: Callable[[datetime], QuerySet[Any]]
    act: Act
    together: Together | None = None
    budget_s: float | None = None


SWEEPS: dict[str, Sweep] = {}


def add(sweep: Sweep) -> Sweep:
    """Make a sweep known to doctor, metrics and tests."""
    SWEEPS[sweep.name] = sweep
    return sweep


def run(sweep: Sweep, at: datetime, *, only: Q | None = None) -> int:
    """Do what is due, in batches, until nothing is left or the time is spent. Returns: how many rows it did.

    `only`: of the due rows those that match. Raises: OperationalError, InterfaceError when the database is gone: then
    no other row can be done either.
    """
    budget_s = BUDGET_S if sweep.budget_s is None else sweep.budget_s
    work = _Work(sweep, at, ends=time.monotonic() + budget_s, only=only)
    _forget_what_is_due_no_more(sweep, at)
    while not work.is_over and (batch := work.next_batch()):
        work.take(batch, put_aside.known(sweep.name, batch))
    return work.count


def take(sweep: Sweep, row_ids: Sequence[int], at: datetime) -> int:
    """Do these rows now, for a task that was dispatched for them; otherwise as `run`."""
    work = _Work(sweep, at)
    work.take(row_ids, {})
    return work.count


class _Work:
    """What one run has done, and what it leaves out."""

    def __init__(self, sweep: Sweep, at: datetime, ends: float | None = None, only: Q | None = None) -> None:
        self.sweep, self.at, self.ends, self.only = sweep, at, ends, only or Q()
        self.count = 0
        self._seen: set[int] = set()
        self._nothing_to_do: list[int] = []
        self._left_out = Q(pk__in=[])
        self._traced: set[tuple[str, str]] = set()

    @property
    def is_over(self) -> bool:
        return self.ends is not None and time.monotonic() >= self.ends and bool(self._seen)

    def next_batch(self) -> list[int]:
        """The most urgent rows that this run has not tried; one query."""
        later = put_aside.of_sweep(self.sweep.name).filter(row_id=OuterRef("pk"), retry_at__gt=self.at)
        rows = self.sweep.due(self.at).filter(self.only).filter(~Exists(later)).exclude(self._left_out)
        ids = rows.exclude(pk__in=self._nothing_to_do).values_list("pk", flat=True)[:BATCH]
        return [row_id for row_id in ids if row_id not in self._seen]

    def take(self, row_ids: Sequence[int], known: Known) -> None:
        """Do these rows; stops when the time is over, or where the others may have to be left out."""
        left = self._together(row_ids, known)
        for row_id in left:
            self._seen.add(row_id)
            found = self._act(row_id, known)
            if isinstance(found, Q):
                self._left_out |= found
                if self.ends is not None:
                    return
            if self.is_over:
                return

    def _together(self, row_ids: Sequence[int], known: Known) -> Sequence[int]:
        if self.sweep.together is None:
            return row_ids
        try:
            with transaction.atomic():
                left = self.sweep.together(row_ids, self.at)
        except Exception as error:  # noqa: BLE001  (one by one it is seen which row it was)
            _raise_when_the_database_is_gone(error)
            return row_ids
        done = set(row_ids).difference(left)
        self.count += len(done)
        self._seen |= done
        if cleared := done.intersection(known):
            put_aside.clear(self.sweep.name, cleared)
        return left

    def _act(self, row_id: int, known: Known) -> bool | Q:
        try:
            found = self.sweep.act(row_id, self.at)
        except Exception as error:  # noqa: BLE001  (whatever is wrong with this row, the others go on)
            _raise_when_the_database_is_gone(error)
            self._put_aside(row_id, error, known)
            return False
        if row_id in known:
            put_aside.clear(self.sweep.name, [row_id])
        if found is True:
            self.count += 1
        elif found is False:
            self._nothing_to_do.append(row_id)
        return found

    def _put_aside(self, row_id: int, error: Exception, known: Known) -> None:
        described = put_aside.describe(error)
        is_new = described not in self._traced and known.get(row_id) != described
        self._traced.add(described)
        level, trace = (logging.ERROR, error) if is_new else (logging.WARNING, None)
        logger.log(level, "%s: row %d is put aside: %s", self.sweep.name, row_id, described[0], exc_info=trace)
        put_aside.put_aside(self.sweep.name, row_id, self.at, *described)


def _raise_when_the_database_is_gone(error: Exception) -> None:
    code = getattr(error.__cause__, "pgcode", None)
    if isinstance(error, InterfaceError) or (isinstance(error, OperationalError) and code not in _OF_THE_ROW):
        raise error


def _forget_what_is_due_no_more(sweep: Sweep, at: datetime) -> None:
    """Clear rows put aside that are not due any more, such as those a person mended; one query when there are none."""
    in_hand = Q(retry_at__range=(at - IN_HAND, at))
    rows = put_aside.of_sweep(sweep.name).filter(first_at__lt=at - YOUNG).exclude(in_hand).order_by("retry_at")
    if ids := list(rows.values_list("row_id", flat=True)[:LOOKED_AT_AGAIN]):
        due = set(sweep.due(at).filter(pk__in=ids).values_list("pk", flat=True))
        put_aside.clear(sweep.name, set(ids) - due)
