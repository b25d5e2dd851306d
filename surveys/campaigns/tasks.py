"""Background work of asking."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from nps_project.background import sweep
from surveys.campaigns import asking
from surveys.campaigns.pacing import guard
from surveys.campaigns.returning import arriving
from surveys.campaigns.running import ending, held, reminders, repeating, services


@shared_task(name="campaigns.ask_due")
def ask_due() -> None:
    """The sweep: hold what is late, start and fill campaigns, ask and remind whom it is time to, end what is over."""
    go_on(timezone.now())


def go_on(at: datetime) -> None:
    """All of it, in its order."""
    asking.look(at)
    sweep.run(guard.GUARD, at)
    sweep.run(services.START, at)
    sweep.run(repeating.JOIN, at)
    sweep.run(held.WAKE, at)
    asking.ask_due(at)
    reminders.remind_due(at)
    sweep.run(ending.FINISH, at)
    sweep.run(ending.CLOSE, at)


@shared_task(name="campaigns.mark_arrived")
def mark_arrived() -> None:
    """Mark mails delivered that left three days ago and did not come back."""
    arriving.mark_arrived(timezone.now())
