"""Forgetting what is over."""

from celery import shared_task
from django.utils import timezone

from nps_project.accounts.signin import sessions


@shared_task(name="accounts.forget_ended_sessions")
def forget_ended_sessions() -> None:
    """Rows that open nothing any more."""
    sessions.forget_ended(timezone.now())
