"""Background work of the reports. Names are kept: renaming a task is a deploy step."""

from celery import shared_task
from django.utils import timezone

from followup.insights.reports import sending
from nps_project.background import sweep


@shared_task(name="reports.send")
def send() -> None:
    """Queue the reports whose time has come."""
    sweep.run(sending.REPORTS, timezone.now())
