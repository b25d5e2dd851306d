"""Hints to workers: a row waits. A hint may be lost, the sweep finds the row; it never makes anyone wait.

A bounded queue in each process, emptied towards the broker by one thread that starts with the first hint,
so never before a fork. Hints of one task that wait together travel as one message: the first goes at once, those that
come within PAUSE_S of it go together, since a message costs the process as much as half an answer.
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
BATCH = 100
SHOWN_IDS = 5  # request ids that one message carries
FLUSH_S = 1.0
PAUSE_S = 0.015  # between two messages; part of the 50 ms from an answer to its ticket


class Waker:
    """The queue and its thread; `dropped` counts the hints that were lost on purpose."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[Any, int, str]] = queue.Queue(CAPACITY)
        self._lock = threading.Lock()
        self._pid = 0
        self.dropped = 0
        self._told = 0

    def hint(self, task: Any, row_id: int) -> None:
        """Tell a worker to run `task` for this row, some time soon or never; returns at once."""
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
            threading.Thread(target=self._run, name="wake", daemon=True).start()
            atexit.register(self.flush)
            self._pid = os.getpid()

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        """Wait until the queue is empty; False when time ran out first."""
        waiting = self._queue
        with waiting.all_tasks_done:
            return waiting.all_tasks_done.wait_for(lambda: not waiting.unfinished_tasks, timeout_s)

    def _run(self) -> None:
        while True:
            waiting = [self._queue.get()]
            with suppress(queue.Empty):
                while len(waiting) < BATCH:
                    waiting.append(self._queue.get_nowait())
            by_task: dict[Any, list[tuple[Any, int, str]]] = {}
            for hint in waiting:
                by_task.setdefault(hint[0], []).append(hint)
            for task, hints in by_task.items():
                self._publish(task, [row_id for _task, row_id, _about in hints], {about for *_, about in hints})
                for _ in hints:
                    self._queue.task_done()
            self._tell()
            time.sleep(PAUSE_S)

    def _tell(self) -> None:
        """Add what was dropped to the count that all processes share."""
        if new := self.dropped - self._told:
            self._told += new
            heartbeats.count("wakeups_dropped", new)

    def _publish(self, task: Any, row_ids: list[int], about: set[str]) -> None:
        request_id.set(",".join(sorted(about)[:SHOWN_IDS]))  # of the requests that it is for; the task takes it over
        try:
            task.apply_async((row_ids,), retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001  (whatever the broker's failure, the sweep finds the rows)
            self.dropped += len(row_ids)
            logger.warning("%d wake-ups of %s dropped: %s", len(row_ids), task.name, type(error).__name__)


_waker = Waker()
hint = _waker.hint
flush = _waker.flush


def dropped() -> int:
    """How many hints this process has dropped so far."""
    return _waker.dropped
