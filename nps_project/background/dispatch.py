"""Dispatch row ids to Celery tasks; the caller never waits. A message may be lost, and the task's sweep finds the row.

Each process has a bounded queue, emptied towards the broker by one thread, which starts with the first id and so never
before a fork. Ids of one task that wait together travel as one message: the first goes at once, those that come within
the pause after it go together, since publishing a message costs the process as much as half an answer, and a worker
opens fifty tickets together in the time of five alone. At 50 answers a second a ticket is there within 50 ms; at 500
the pauses are longer, and few messages do.
"""

import atexit
import logging
import os
import queue
import threading
import time
from contextlib import suppress
from typing import Any

from nps_project.health import heartbeats
from nps_project.operations.logs import request_id

logger = logging.getLogger(__name__)

CAPACITY = 10_000
BATCH = 200
SHOWN_IDS = 5  # the most request ids that one message carries
FLUSH_S = 1.0
PAUSE_S = 0.015  # after a message; part of the 50 ms from an answer to its ticket
BUSY = 150  # ids a second, from which on fewer messages are better than early ones
LONG_PAUSE_S = 0.3  # then; none after a full message


def pause_s(ids: int, within_s: float) -> float:
    """The pause after a message with so many ids, which came within these seconds; pure."""
    if ids >= BATCH:
        return 0.0
    return LONG_PAUSE_S if ids > BUSY * within_s else PAUSE_S


class Dispatcher:
    """The queue and its thread; `dropped` counts the ids that this process did not send."""

    def __init__(self) -> None:
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
        sent_at = 0.0
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
            now = time.monotonic()
            pause, sent_at = pause_s(len(waiting), now - sent_at), now
            time.sleep(pause)

    def report_dropped(self) -> None:
        """Add what was dropped since the last report to the count that all processes share."""
        if new := self.dropped - self._reported:
            self._reported += new
            heartbeats.count("wakeups_dropped", new)

    def _publish(self, task: Any, row_ids: list[int], requests: set[str]) -> None:
        request_id.set(",".join(sorted(requests)[:SHOWN_IDS]))  # the task writes them into its log lines
        try:
            task.apply_async((row_ids,), retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001  (whatever the broker's failure, the sweep finds the rows)
            self.dropped += len(row_ids)
            logger.warning("%d ids for %s not dispatched: %s", len(row_ids), task.name, type(error).__name__)


_dispatcher = Dispatcher()
soon = _dispatcher.soon
flush = _dispatcher.flush


def dropped() -> int:
    """How many ids this process has dropped so far."""
    return _dispatcher.dropped
