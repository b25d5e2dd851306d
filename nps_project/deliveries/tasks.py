"""Sending in the background."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery

LIMIT = 200
LONGEST = timedelta(seconds=60)  # a server that hangs holds the thread no longer; the next run goes on


@shared_task(name="deliveries.send_due")
def send_due() -> None:
    """Send what is due, at most a few hundred a run; free what got stuck."""
    now = timezone.now()
    sending.release_stuck(now)
    due = Delivery.objects.due(now).order_by("-audience", "retry_at")  # staff first: theirs are the warnings
    for delivery_id in list(due.values_list("pk", flat=True)[:LIMIT]):
        sending.send_one(delivery_id)
        if timezone.now() - now > LONGEST:
            break
