"""Background work about programs that check mails."""

from celery import shared_task
from django.utils import timezone

from nps_project.background import sweep
from surveys.scanners import looking, openings, taps


@shared_task(name="scanners.settle")
def settle() -> None:
    """The sweep: look at openings, then decide about tapped scores whose quiet time is over."""
    now = timezone.now()
    sweep.run(looking.LOOK, now)
    sweep.run(taps.SETTLE, now)


@shared_task(name="scanners.forget")
def forget() -> None:
    """Delete what was kept long enough; beat sends it every six hours."""
    now = timezone.now()
    openings.forget(now)
    looking.forget(now)
