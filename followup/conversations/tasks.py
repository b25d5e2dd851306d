"""Background work of the conversation."""

from celery import shared_task
from django.utils import timezone

from followup.conversations.writing import arriving


@shared_task(name="conversations.mark_arrived")
def mark_arrived() -> None:
    """Mark mails delivered that left days ago and did not come back."""
    arriving.mark_arrived(timezone.now())
