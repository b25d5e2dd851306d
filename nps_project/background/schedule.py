"""Every task that beat sends: each app adds its own when it is ready."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}  # the dict that beat reads, in the shape of Celery's beat_schedule


def every(seconds: float, **tasks: str) -> None:
    """Send these tasks so often; called by an app's ready(). `tasks`: what each does, and the task's name.

    A message that waits longer than its period is dropped: the next one does its work.
    """
    for what, task in tasks.items():
        SCHEDULE[what.replace("_", " ")] = {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def tasks() -> list[str]:
    """The names of the scheduled tasks."""
    return [entry["task"] for entry in SCHEDULE.values()]
