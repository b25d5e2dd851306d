"""Background work of trials. Names are kept: renaming a task is a deploy step."""

from celery import shared_task
from django.utils import timezone

from followup.playbooks.trials.ending import MOVE
from nps_project.background import sweep


@shared_task(name="trials.move")
def move() -> None:
    """End the drawing of trials that are full or over, and count the second scores of those whose time has come."""
    sweep.run(MOVE, timezone.now())
