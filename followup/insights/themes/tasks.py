"""Background work of themes."""

from celery import shared_task
from django.utils import timezone

from followup.insights.themes import learning


@shared_task(name="themes.learn")
def learn() -> None:
    """The sweep: learn the languages that were not learnt since last night."""
    learning.learn_due(timezone.now())
