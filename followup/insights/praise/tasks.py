"""Background work of praise."""

from celery import shared_task
from django.utils import timezone

from followup.insights.praise.loved import COUNT
from nps_project.background import sweep


@shared_task(name="praise.count")
def count() -> None:
    """The sweep: count the words of promoters anew, where that was long ago."""
    sweep.run(COUNT, timezone.now())
