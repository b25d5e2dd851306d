"""Write down the openings of a mail's links, beside the requests: a page never waits for it, and never fails by it.

Each process has a bounded queue, which one thread empties into the database. What does not fit, or cannot be written,
is dropped: openings are evidence, and a score whose opening is missing waits for a person.
"""

import atexit
import logging
import os
import queue
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils import timezone

from surveys.models import Invitation
from surveys.scanners import hashes
from surveys.scanners.models import Opening
from surveys.scanners.rules import Opened

logger = logging.getLogger(__name__)

CAPACITY = 10_000
BATCH = 500
PAUSE_S = 0.1  # between two batches
FLUSH_S = 1.0
KEPT_FOR = timedelta(days=30)
MOST_A_MINUTE = 60  # of one invitation, written by one process: a mail has fourteen links
FORGOTTEN_AT_ONCE = 10_000


class Writer:
    """The queue and its thread, which starts with the first opening and so never before a fork."""

    def __init__(self) -> None:
        self._begin()
        self._lock = threading.Lock()
        self._pid = 0
        self._is_by_hand = False

    def _begin(self) -> None:
        self._queue: queue.Queue[Opening] = queue.Queue(CAPACITY)
        self._minute = 0
        self._now: dict[int, list[Opened]] = {}  # of this minute, by invitation
        self._before: dict[int, list[Opened]] = {}

    def put(self, opening: Opening) -> None:
        """Have it written soon, or never; returns at once."""
        minute = int(opening.at.timestamp() // 60)
        if minute != self._minute:
            self._minute, self._before, self._now = minute, self._now, {}
        seen = self._now.setdefault(opening.invitation_id, []) if len(self._now) < CAPACITY else []
        if len(seen) >= MOST_A_MINUTE:
            return
        seen.append(Opened(opening.at, opening.link))
        if self._pid != os.getpid() and not self._is_by_hand:
            self._start()
        with suppress(queue.Full):
            self._queue.put_nowait(opening)

    def recent(self, invitation_id: int) -> list[Opened]:
        """What this process saw of a mail in this minute and the one before, be it written or not."""
        return [*self._before.get(invitation_id, ()), *self._now.get(invitation_id, ())]

    def write_by_hand(self) -> None:
        """Forget what waits, and start no thread: `flush` writes. For a test, whose database ends with it."""
        self._begin()
        self._is_by_hand = True

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        """Wait at most `timeout_s` seconds until all is written; by hand, write it now. Returns: whether it is."""
        waiting = self._queue
        if self._is_by_hand:
            while batch := self._next(waiting):
                Opening.objects.bulk_create(batch)
            return True
        with waiting.all_tasks_done:
            return waiting.all_tasks_done.wait_for(lambda: not waiting.unfinished_tasks, timeout_s)

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._begin()  # what a parent process had queued is the parent's
            threading.Thread(target=self._run, name="openings", daemon=True).start()
            atexit.register(self.flush)
            self._pid = os.getpid()

    def _run(self) -> None:
        waiting = self._queue
        while True:
            batch = [waiting.get(), *self._next(waiting)]
            try:
                Opening.objects.bulk_create(batch)
            except DatabaseError as error:
                logger.warning("%d openings were not written: %s", len(batch), type(error).__name__)
            finally:
                connection.close()  # openings are rare: none is kept for them
                for _one in batch:
                    waiting.task_done()
            time.sleep(PAUSE_S)

    @staticmethod
    def _next(waiting: "queue.Queue[Opening]") -> list[Opening]:
        batch: list[Opening] = []
        with suppress(queue.Empty):
            while len(batch) < BATCH - 1:
                batch.append(waiting.get_nowait())
        return batch


writer = Writer()


def opened(request: HttpRequest, invitation: Invitation, link: str) -> None:
    """Write down that this link was opened by GET or HEAD; the customers' pages call it."""
    writer.put(
        Opening(
            invitation_id=invitation.pk,
            at=timezone.now(),
            link=link,
            place=hashes.place_of(request.META.get("REMOTE_ADDR", "")),
            agent=hashes.agent_of(request.META.get("HTTP_USER_AGENT", "")),
        )
    )


def forget(at: datetime) -> int:
    """Delete openings older than KEPT_FOR, in pieces. Returns: how many."""
    count = 0
    while ids := list(Opening.objects.filter(at__lt=at - KEPT_FOR).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        count += Opening.objects.filter(pk__in=ids).delete()[0]
    return count
