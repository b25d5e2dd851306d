"""Tasks that delete old rows."""

from celery import shared_task
from django.utils import timezone

from nps_project.accounts.signin import sessions


@shared_task(name="accounts.forget_ended_sessions")
def forget_ended_sessions() -> None:
    """Delete sessions that are over; beat sends it."""
    sessions.forget_ended(timezone.now())
