"""Sending in the background."""

from celery import shared_task
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery

LIMIT = 200


@shared_task(name="deliveries.send_due")
def send_due() -> None:
    """Send what is due, at most a few hundred a run; free what got stuck."""
    now = timezone.now()
    sending.release_stuck(now)
    for delivery_id in list(Delivery.objects.due(now).order_by("retry_at").values_list("pk", flat=True)[:LIMIT]):
        sending.send_one(delivery_id)
