"""Background work of surveys. Names are kept: renaming a task is a deploy step."""

from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from nps_project.background import dispatch, sweep
from surveys.services import flood, sources
from surveys.services.bulk_decisions import BULK_DECISIONS


@shared_task(name="surveys.decide_about_many")
def decide_about_many(bulk_ids: list[int]) -> None:
    """Carry out these decisions about many answers, or go on with them."""
    sweep.take(BULK_DECISIONS, bulk_ids, timezone.now())


def begin_deciding(bulk_id: int) -> None:
    """Dispatch a decision about many answers to a worker after commit; the API and the desk call it."""
    transaction.on_commit(partial(dispatch.soon, decide_about_many, bulk_id))


@shared_task(name="surveys.go_on_deciding")
def go_on_deciding() -> None:
    """The sweep: carry out the decisions that are not done yet."""
    sweep.run(BULK_DECISIONS, timezone.now())


@shared_task(name="surveys.learn_and_forget")
def learn_and_forget() -> None:
    """Learn the usual number of answers an hour, and delete old sources; beat sends it every six hours."""
    now = timezone.now()
    flood.learn(now)
    sources.forget(now)
