"""Background work of asking."""

from celery import shared_task
from django.utils import timezone

from surveys.campaigns import asking


@shared_task(name="campaigns.ask_due")
def ask_due() -> None:
    """The sweep: hold what is late, ask whom it is time to ask."""
    asking.ask_due(timezone.now())
