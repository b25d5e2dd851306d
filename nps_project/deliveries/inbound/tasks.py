"""Background work of what comes back."""

from celery import shared_task
from django.utils import timezone

from nps_project.deliveries.inbound import forgetting


@shared_task(name="inbound.forget")
def forget() -> None:
    """Forget events that nobody tells again."""
    forgetting.forget(timezone.now())
