"""Take what was dispatched: one thread of each worker of the urgent queue takes all ids that wait, and runs their task.

What is taken is gone from the broker: the sweep finds the rows of a worker that was killed at them. Ids whose task
meets a fault of the database go to the queue itself, where Celery tries them again.
"""

import json
import logging
import threading
from collections.abc import Sequence
from typing import Any

import redis
from celery import Celery
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.db import OperationalError, close_old_connections

from nps_project.background import dispatch, queues
from nps_project.operations.logs import request_id

logger = logging.getLogger(__name__)

LOOK_S = 1  # so often it looks whether the worker ends
AWAY_S = 1.0  # between two tries while the broker is away
END_WITHIN_S = 5.0
AT_ONCE = 100  # entries


class Listener:
    """The thread."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Take nothing more."""
        self._ends.set()

    def wait(self) -> None:
        """Until what was taken is done, at most END_WITHIN_S."""
        self._ends.set()
        self._thread.join(END_WITHIN_S)

    def _run(self) -> None:
        broker = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=LOOK_S + dispatch.TIMEOUT_S)
        while not self._ends.is_set():
            try:
                entries = _take(broker)
            except (redis.RedisError, OSError):
                self._ends.wait(AWAY_S)
                continue
            for name, (row_ids, requests) in _by_task(entries).items():
                self._do(name, row_ids, ",".join(requests[: dispatch.SHOWN_IDS]))

    def _do(self, name: str, row_ids: Sequence[int], requests: str) -> None:
        request_id.set(requests)
        try:
            close_old_connections()
            self._run_task(name, row_ids)
        except Exception:
            logger.exception("%s failed for %d ids, which the sweep finds", name, len(row_ids))
        finally:
            close_old_connections()
            request_id.set("")

    def _run_task(self, name: str, row_ids: Sequence[int]) -> None:
        task = self._app.tasks[name]
        try:
            task(row_ids)
        except OperationalError:
            task.apply_async((row_ids,), retry=False, ignore_result=True)


def _take(broker: redis.Redis) -> list[bytes]:
    """All entries that wait, the oldest first; waits LOOK_S for the first. Raises: RedisError."""
    first: Any = broker.blpop([dispatch.LIST], timeout=LOOK_S)
    if first is None:
        return []
    more: Any = broker.lpop(dispatch.LIST, AT_ONCE - 1)
    return [first[1], *(more or [])]


def _by_task(entries: Sequence[bytes]) -> dict[str, tuple[list[int], list[str]]]:
    """The ids of each task, with the requests that they come from; an entry of another release may be unreadable."""
    found: dict[str, tuple[list[int], list[str]]] = {}
    for entry in entries:
        try:
            name, row_ids, requests = json.loads(entry)
            given = list(map(int, row_ids))
            ids, names = found.setdefault(str(name), ([], []))
        except (ValueError, TypeError):
            logger.warning("A dispatched entry is unreadable and left to the sweep: %.80r", entry)
            continue
        ids += given
        names.append(str(requests))
    return found


def connect() -> None:
    """Listen in each worker of the urgent queue; the app calls it once, in ready()."""
    worker_ready.connect(_begin, dispatch_uid="listening.begin")


def _begin(sender: Any, **_kwargs: Any) -> None:
    if queues.URGENT not in sender.app.amqp.queues.consume_from:
        return
    listener = Listener(sender.app)
    for signal, receiver in ((worker_shutting_down, listener.end), (worker_shutdown, listener.wait)):
        signal.connect(lambda receiver=receiver, **_kwargs: receiver(), weak=False)
    listener.start()
