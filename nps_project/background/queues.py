"""The Celery queues. Each has a worker of its own, so that no kind of work waits behind another.

urgent: follow-up of fresh answers. sweeps: what is looked for each minute, such as clocks and lost messages. mail: what
talks to mail servers, which may hang. bulk: what may take minutes.
`make run` and docker-compose.yml start a worker for each (`--queues urgent`, …). A worker without `--queues` serves all
and looks into them in this order; while tasks of one hold all of its threads, the others wait.
"""

from typing import Any

URGENT, SWEEPS, MAIL, BULK = QUEUES = ("urgent", "sweeps", "mail", "bulk")
TASKS: dict[str, str] = {}  # the queue of each task that is not urgent; each app adds its own in ready()


def add(queue: str, *tasks: str) -> None:
    """Send the tasks of these names to this queue; an app's ready() calls it."""
    TASKS.update(dict.fromkeys(tasks, queue))


def route(name: str, *_args: Any, **_more: Any) -> dict[str, str] | None:
    """The queue of a task, as an entry of Celery's `task_routes`; None for the default queue, urgent."""
    return {"queue": TASKS[name]} if name in TASKS else None
