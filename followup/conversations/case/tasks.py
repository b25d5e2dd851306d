"""The sweep over messages that were written before their ticket was there."""

from celery import shared_task
from django.utils import timezone

from followup.conversations.case import services
from nps_project.background import sweep


@shared_task(name="followup.take_over_case_messages")
def take_over_case_messages() -> int:
    """Put messages on the tickets that their answers have by now."""
    return sweep.run(services.TAKE_OVER, timezone.now())
