"""Background work of imports. Names are kept: renaming a task is a deploy step."""

from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from nps_project.background import dispatch, sweep
from surveys.contacts.imports import services


@shared_task(name="imports.work")
def work(run_ids: list[int]) -> None:
    """Work on these imports, or go on with them."""
    sweep.take(services.IMPORTS, run_ids, timezone.now())
    services.sort_words(timezone.now())


def begin_work(run_id: int) -> None:
    """Dispatch an import to a worker after commit; the pages call it."""
    transaction.on_commit(partial(dispatch.soon, work, run_id))


@shared_task(name="imports.go_on")
def go_on() -> None:
    """The sweep: work on the imports that are not done yet."""
    sweep.run(services.IMPORTS, timezone.now())
    services.sort_words(timezone.now())


@shared_task(name="imports.forget")
def forget() -> None:
    """Delete what is kept of old imports; beat sends it every hour."""
    services.forget(timezone.now())
