"""Forgetting old answers."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from nps_project.api.models import IdempotentRequest

REMEMBERED = timedelta(hours=24)


@shared_task(name="api.forget_idempotent_requests")
def forget_idempotent_requests() -> None:
    """Idempotency keys count for a day."""
    IdempotentRequest.objects.filter(created_at__lt=timezone.now() - REMEMBERED).delete()
