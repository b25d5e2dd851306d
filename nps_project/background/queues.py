"""Two lanes for background work, so that urgent follow-up never waits behind bulk work.

A worker that serves both takes what is urgent first and does at most BULK_AT_ONCE of the other at a time, so that
a mail server that hangs, or the backlog of a night, leaves threads for the next unhappy customer. The option
`--queues` gives a worker one lane.
"""

import threading
from typing import Any

from celery import Task

URGENT, BULK = "urgent", "bulk"
QUEUES = (URGENT, BULK)  # in this order a worker that serves both looks into them
BULK_TASKS: set[str] = set()  # each app adds its own when it is ready
BULK_AT_ONCE = 2
_TRY_AGAIN_S = 1

_room = threading.BoundedSemaphore(BULK_AT_ONCE)


def add_bulk(*tasks: str) -> None:
    """These tasks wait behind urgent ones; called by an app's ready()."""
    BULK_TASKS.update(tasks)


def route(name: str, *_args: Any, **_more: Any) -> dict[str, str] | None:
    """The queue of a task, as an entry of Celery's `task_routes`; None: the default one."""
    return {"queue": BULK} if name in BULK_TASKS else None


class LaneTask(Task):  # type: ignore[type-arg]  # celery's own class takes no parameters at run time
    """What every task of the product is: it makes way when its lane is full, and comes back in a second."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if (self.request.delivery_info or {}).get("routing_key") != BULK:
            return super().__call__(*args, **kwargs)
        if not _room.acquire(blocking=False):
            raise self.retry(countdown=_TRY_AGAIN_S, max_retries=None)
        try:
            return super().__call__(*args, **kwargs)
        finally:
            _room.release()
