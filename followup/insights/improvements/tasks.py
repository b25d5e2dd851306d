"""Background work of improvements."""

from celery import shared_task
from django.utils import timezone

from followup.insights.improvements import services
from followup.insights.improvements.letter import telling
from nps_project.background import sweep


@shared_task(name="improvements.tell")
def tell() -> None:
    """The sweep: decide about customers who wait to be told."""
    telling.tell_due(timezone.now())


@shared_task(name="improvements.overdue")
def overdue() -> None:
    """The sweep: tell owners whose day has passed."""
    sweep.run(services.OVERDUE, timezone.now())
