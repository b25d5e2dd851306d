"""Background work about programs that check mails."""

from celery import shared_task
from django.utils import timezone

from surveys.scanners import openings


@shared_task(name="scanners.forget")
def forget() -> None:
    """Delete what was kept long enough; beat sends it every six hours."""
    openings.forget(timezone.now())
