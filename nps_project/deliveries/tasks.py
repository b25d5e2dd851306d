"""Sending in the background."""

from celery import shared_task
from django.utils import timezone

from nps_project.deliveries import sending


@shared_task(name="deliveries.send_due")
def send_due() -> None:
    """Send what is due, for a minute at most; free what got stuck."""
    sending.send_due(timezone.now())
