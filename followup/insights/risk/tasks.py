"""Background work of silent risk. Names are kept: renaming a task is a deploy step."""

from celery import shared_task
from django.utils import timezone

from followup.insights.risk import looking


@shared_task(name="risk.look")
def look() -> None:
    """Look for customers at risk."""
    looking.look(timezone.now())
