"""Writes the signs of life: a worker's when a task of the schedule has run, beat's when it sent one."""

from typing import Any

from celery.signals import after_task_publish, beat_init, task_success
from django.db import DatabaseError, connection

from nps_project.background import schedule
from nps_project.health import heartbeats

EVERY_S = 15.0


def connect() -> None:
    """Called once, when the app is ready."""
    task_success.connect(_task_ran, dispatch_uid="health.task_ran")
    beat_init.connect(_beat_begins, dispatch_uid="health.beat_begins")


def _task_ran(sender: Any, **_kwargs: Any) -> None:
    if sender.name in schedule.tasks():
        queue = (sender.request.delivery_info or {}).get("routing_key", "")
        _write([f"{heartbeats.TASK}{sender.name}", f"{heartbeats.QUEUE}{queue}"])


def _beat_begins(**_kwargs: Any) -> None:
    _write([heartbeats.BEAT, heartbeats.BEAT_BEGAN])
    after_task_publish.connect(_beat_sent, dispatch_uid="health.beat_sent")


def _beat_sent(**_kwargs: Any) -> None:
    _write([heartbeats.BEAT])


def _write(names: list[str]) -> None:
    """A database that is gone stops neither a worker nor beat."""
    try:
        heartbeats.seen(names, every_s=EVERY_S)
    except DatabaseError:
        connection.close()
