"""Background work of call lists. Names are kept: renaming a task is a deploy step."""

from celery import shared_task
from django.utils import timezone

from followup.insights.silence.calls.services import LAPSE
from nps_project.background import sweep


@shared_task(name="silence.lapse")
def lapse() -> None:
    """The sweep: give back customers whom somebody took and did not call."""
    sweep.run(LAPSE, timezone.now())
