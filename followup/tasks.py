"""Background work of follow-up. Names are kept: renaming a task is a deploy step."""

from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from followup.services import digests, escalation, routing, tickets
from nps_project import lanes
from surveys.models import Response

SWEEP_LIMIT = 2_000
SWEEP_CHUNK = 100
HINTS_NEED = timedelta(seconds=5)  # younger answers are left to their hints


@shared_task(name="followup.open_tickets", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def open_tickets(response_ids: list[int]) -> None:
    """Decide the follow-up of these answers; a second run finds it decided and changes nothing."""
    tickets.open_for_responses(response_ids)


@shared_task(name="followup.open_missed_tickets")
def open_missed_tickets() -> None:
    """The sweep: answers whose hint was lost, oldest first, in messages of a hundred."""
    old_enough = Response.objects.unprocessed().filter(recorded_at__lt=timezone.now() - HINTS_NEED)
    missed = list(old_enough.order_by("pk").values_list("pk", flat=True)[:SWEEP_LIMIT])
    for start in range(0, len(missed), SWEEP_CHUNK):
        open_tickets.apply_async((missed[start : start + SWEEP_CHUNK],), queue=lanes.BULK)


@shared_task(name="followup.move_clocks")
def move_clocks() -> None:
    """Warn, escalate and wake what is due."""
    escalation.move_clocks(timezone.now())


@shared_task(name="followup.give_out_tickets")
def give_out_tickets() -> None:
    """Give an owner to what waits in teams for somebody with room."""
    routing.give_out()


@shared_task(name="followup.send_digests")
def send_digests() -> None:
    """Queue the daily mails whose morning has come."""
    digests.send_due(timezone.now())
