"""The sweep's sign of life: beat, broker, worker and database all had to work for it."""

from celery import shared_task
from django.utils import timezone

from nps_project.health.models import SignOfLife


@shared_task(name="health.sweep_seen")
def sweep_seen() -> None:
    """Say that sweeps run."""
    SignOfLife.objects.update_or_create(name="sweep", defaults={"at": timezone.now()})
