"""Background work of words."""

from celery import shared_task
from django.utils import timezone

from followup.insights.words import reading


@shared_task(name="words.read")
def read() -> None:
    """The sweep: read the comments that came, and those that changed."""
    reading.read_new(timezone.now())
