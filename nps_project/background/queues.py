"""The two Celery queues: bulk work waits in a queue of its own, so that urgent follow-up never waits behind it.

`make run` and docker-compose.yml start a worker for each queue (`--queues urgent`, `--queues bulk`). A worker without
`--queues` serves both and takes what is urgent first; while bulk tasks hold all of its threads, urgent ones wait.
"""

from typing import Any

URGENT, BULK = "urgent", "bulk"
QUEUES = (URGENT, BULK)  # a worker that serves both looks into them in this order
BULK_TASKS: set[str] = set()  # each app adds its own in ready()


def add_bulk(*tasks: str) -> None:
    """Send the tasks of these names to the bulk queue; an app's ready() calls it."""
    BULK_TASKS.update(tasks)


def route(name: str, *_args: Any, **_more: Any) -> dict[str, str] | None:
    """The queue of a task, as an entry of Celery's `task_routes`; None for the default queue, urgent."""
    return {"queue": BULK} if name in BULK_TASKS else None
