"""Background work of the tallies by trait."""

from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from nps_project.background import dispatch, sweep
from surveys.tallying import filling
from surveys.tallying.days import counting as days


@shared_task(name="tallying.fill")
def fill(mark_ids: list[int]) -> None:
    """Count the past by these traits, or go on with it."""
    sweep.take(filling.FILL, mark_ids, timezone.now())


def begin_filling(mark_id: int) -> None:
    """Dispatch a marked trait to a worker after commit."""
    transaction.on_commit(partial(dispatch.soon, fill, mark_id))


@shared_task(name="tallying.go_on")
def go_on() -> None:
    """The sweep: fill what is not filled yet, look at the number of values, and delete what nobody reads."""
    sweep.run(filling.FILL, timezone.now())
    filling.delete_unmarked()


@shared_task(name="tallying.count_days")
def count_days() -> None:
    """The sweep: count the days that are over, and those that changed."""
    days.go_on(timezone.now())
