"""Heartbeats: when each worker queue, task and beat was last seen, and counts of events; one row for each name.

The processes write their own; checks and metrics read them.
"""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime

from django.db import DatabaseError, connection
from django.utils import timezone

from nps_project.health.models import EventCount, SignOfLife

logger = logging.getLogger(__name__)

BEAT, BEAT_BEGAN = "beat", "beat began"
QUEUE = "lane:"  # + a Celery queue: a worker ran a task of it
TASK = "task:"  # + a name of the schedule: it ran to its end
SWEEP = "sweep"

written_at: dict[str, float] = {}
_lock = threading.Lock()


def seen(names: Iterable[str], *, every_s: float = 0.0) -> None:
    """Write that these are alive now, except names written here in the last `every_s` seconds. One statement."""
    now = time.monotonic()
    with _lock:
        due = sorted({name for name in names if now - written_at.get(name, float("-inf")) >= every_s})
        written_at.update(dict.fromkeys(due, now))
    if due:
        at = timezone.now()
        SignOfLife.objects.bulk_create(
            [SignOfLife(name=name, at=at) for name in due],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["at"],
        )


def last_seen() -> dict[str, datetime]:
    """Each name and when it was seen last; one query."""
    return dict(SignOfLife.objects.values_list("name", "at"))


def count(name: str, number: int) -> None:
    """Add `number` to the count of an event. One statement; without a database the number is logged and lost."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {EventCount._meta.db_table} AS known (name, number) VALUES (%s, %s)"  # noqa: S608
                " ON CONFLICT (name) DO UPDATE SET number = known.number + excluded.number",
                [name, number],
            )
    except DatabaseError as error:
        logger.warning("%d %s not counted: %s", number, name, type(error).__name__)
        connection.close()
