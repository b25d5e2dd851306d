"""Write heartbeats on Celery's signals: a worker's when a scheduled task has run, beat's when it sent one."""

from typing import Any

from celery.signals import after_task_publish, beat_init, task_success
from django.db import DatabaseError, connection

from nps_project.background import schedule
from nps_project.health import heartbeats

EVERY_S = 15.0


def connect() -> None:
    """Connect the receivers; the app calls it once, in ready()."""
    task_success.connect(task_ran, dispatch_uid="health.task_ran")
    beat_init.connect(beat_begins, dispatch_uid="health.beat_begins")


def task_ran(sender: Any, **_kwargs: Any) -> None:
    if sender.name in schedule.tasks():
        queue = (sender.request.delivery_info or {}).get("routing_key", "")
        _write([f"{heartbeats.TASK}{sender.name}", f"{heartbeats.QUEUE}{queue}"])


def beat_begins(**_kwargs: Any) -> None:
    _write([heartbeats.BEAT, heartbeats.BEAT_BEGAN])
    after_task_publish.connect(beat_sent, dispatch_uid="health.beat_sent")


def beat_sent(**_kwargs: Any) -> None:
    _write([heartbeats.BEAT])


def _write(names: list[str]) -> None:
    """Write the heartbeats; without a database, do nothing."""
    try:
        heartbeats.seen(names, every_s=EVERY_S)
    except DatabaseError:
        connection.close()
