"""Background work of the weekly mail. Names are kept: renaming a task is a deploy step."""

from celery import shared_task
from django.utils import timezone

from followup.insights.weekly import sending
from nps_project.background import sweep


@shared_task(name="weekly.send")
def send() -> None:
    """Plan the weekly mails of new readers, and queue those whose time has come."""
    at = timezone.now()
    sending.plan(at)
    sweep.run(sending.WEEKLY, at)
