"""The schedule of tasks that beat sends; each app adds its own in ready()."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}  # the dict that beat reads, in the shape of Celery's beat_schedule


def every(seconds: float, **tasks: str) -> None:
    """Send these tasks every `seconds`; an app's ready() calls it. `tasks` maps what each does to the task's name.

    A message that waits longer than its period is dropped: the next one does its work.
    """
    for what, task in tasks.items():
        SCHEDULE[what.replace("_", " ")] = {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def tasks() -> list[str]:
    """The names of the scheduled tasks."""
    return [entry["task"] for entry in SCHEDULE.values()]
