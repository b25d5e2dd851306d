"""Dispatch row ids to tasks; the caller never waits. A message may be lost, and the task's sweep finds the row.

Each process has a bounded queue, emptied towards the broker by one thread, which starts with the first id and so never
before a fork. It appends to a list there, of which a thread of the urgent workers (listening.py) takes all that waits.
Celery's own way takes a message with its own head, a commit of its receipt and a thread from one to the next: measured
in turns at 50 answers a second it costs a worker 5.3 ms of the processor for an answer in place of 3.5, and its ticket
is there after 20 ms in place of 15, 99 of 100 after 64 in place of 44. Then each id goes at once; at 500 a second those
of a pause go together, and a worker opens fifty tickets in the time of five alone.
"""

import atexit
import json
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from nps_project.health import heartbeats
from nps_project.operations.logs import request_id

logger = logging.getLogger(__name__)

LIST = "winback.dispatched"  # at the broker: each entry is a task, ids and the requests that they come from
MOST_WAITING = 10_000  # entries of that list, while no worker takes any: the sweep has found the rest
CAPACITY = 10_000
BATCH = 200
SHOWN_IDS = 5  # the most request ids that one message carries
FLUSH_S = 1.0
BUSY = 150  # ids a second, from which on fewer messages are better than early ones
BURST = 15  # so many come at once without that
LONG_PAUSE_S = 0.3  # then, after each message that is not full
TIMEOUT_S = 2.0


class Flow:
    """How many ids come: whether to pause after a message, so that more go together. Knows no clock."""

    def __init__(self) -> None:
        self._above, self._at = 0.0, float("-inf")  # ids that came beyond BUSY a second

    def pause_s(self, ids: int, now: float) -> float:
        """The pause after a message with so many ids at this time, in seconds of any clock."""
        above = self._above + ids - BUSY * (now - self._at)
        self._above, self._at = min(max(above, 0.0), 2.0 * BURST), now
        return LONG_PAUSE_S if self._above > BURST and ids < BATCH else 0.0


Send = Callable[[str, Sequence[int], str], None]


@lru_cache(maxsize=1)
def _broker(pid: int) -> redis.Redis:
    """The connection of this process: it retries nothing."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )


def send(task: str, row_ids: Sequence[int], requests: str) -> None:
    """Append an entry to the list; one round trip. Raises: RedisError."""
    with _broker(os.getpid()).pipeline(transaction=False) as steps:
        steps.rpush(LIST, json.dumps([task, list(row_ids), requests]))
        steps.ltrim(LIST, -MOST_WAITING, -1)
        steps.execute()


class Dispatcher:
    """The queue and its thread; `dropped` counts the ids that this process did not send."""

    def __init__(self, send: Send = send) -> None:
        self._send = send
        self._queue: queue.Queue[tuple[Any, int, str]] = queue.Queue(CAPACITY)
        self._lock = threading.Lock()
        self._pid = 0
        self.dropped = 0
        self._reported = 0

    def soon(self, task: Any, row_id: int) -> None:
        """Have a worker run `task` for this row soon, or never; returns at once. Services' callers use it on commit."""
        if self._pid != os.getpid():
            self._start()
        try:
            self._queue.put_nowait((task, row_id, request_id.get()))
        except queue.Full:
            self.dropped += 1

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._queue = queue.Queue(CAPACITY)  # what a parent process had queued is the parent's
            threading.Thread(target=self._run, name="dispatch", daemon=True).start()
            atexit.register(self.flush)
            self._pid = os.getpid()

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        """Wait at most `timeout_s` seconds until the queue is empty. Returns: whether it is."""
        waiting = self._queue
        with waiting.all_tasks_done:
            return waiting.all_tasks_done.wait_for(lambda: not waiting.unfinished_tasks, timeout_s)

    def _run(self) -> None:
        flow = Flow()
        while True:
            waiting = [self._queue.get()]
            with suppress(queue.Empty):
                while len(waiting) < BATCH:
                    waiting.append(self._queue.get_nowait())
            by_task: dict[Any, list[tuple[Any, int, str]]] = {}
            for entry in waiting:
                by_task.setdefault(entry[0], []).append(entry)
            for task, entries in by_task.items():
                self._publish(
                    task, [row_id for _task, row_id, _request in entries], {request for *_, request in entries}
                )
                for _ in entries:
                    self._queue.task_done()
            self.report_dropped()
            if pause := flow.pause_s(len(waiting), time.monotonic()):
                time.sleep(pause)

    def report_dropped(self) -> None:
        """Add what was dropped since the last report to the count that all processes share."""
        if new := self.dropped - self._reported:
            self._reported += new
            heartbeats.count("wakeups_dropped", new)

    def _publish(self, task: Any, row_ids: list[int], requests: set[str]) -> None:
        shown = ",".join(sorted(requests)[:SHOWN_IDS])  # the task writes them into its log lines
        try:
            self._send(task.name, row_ids, shown)
        except Exception as error:  # noqa: BLE001  (whatever the broker's failure, the sweep finds the rows)
            self.dropped += len(row_ids)
            logger.warning("%d ids for %s not dispatched: %s", len(row_ids), task.name, type(error).__name__)


_dispatcher = Dispatcher()
soon = _dispatcher.soon
flush = _dispatcher.flush


def dropped() -> int:
    """How many ids this process has dropped so far."""
    return _dispatcher.dropped
