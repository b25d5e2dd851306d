"""Background work of follow-up. Names are kept: renaming a task is a deploy step."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from followup import tallying
from followup.escalation import services as escalation
from followup.notices import services as notices
from followup.notify import digests, floods
from followup.routing import assignment
from followup.tickets import opening
from followup.tickets.again import asking
from nps_project.background import sweep


@shared_task(name="followup.open_tickets", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def open_tickets(response_ids: list[int]) -> None:
    """Decide the follow-up of these answers; a second run finds it decided and changes nothing."""
    opening.open_for_responses(response_ids)


@shared_task(name="followup.open_missed_tickets")
def open_missed_tickets() -> None:
    """Decide the follow-up of answers whose message was lost."""
    opening.open_missed(timezone.now())


@shared_task(name="followup.move_clocks")
def move_clocks() -> None:
    """Warn, escalate and end waiting where it is due."""
    escalation.move_clocks(timezone.now())


@shared_task(name="followup.give_out_tickets")
def give_out_tickets() -> None:
    """Assign the tickets that wait in teams until somebody has room."""
    assignment.assign_waiting()


@shared_task(name="followup.send_digests")
def send_digests() -> None:
    """Queue the daily mails whose morning has come."""
    digests.send_due(timezone.now())


@shared_task(name="followup.tell_of_floods")
def tell_of_floods() -> None:
    """Mail managers about answers that wait for a decision."""
    sweep.run(floods.FLOODS, timezone.now())


@shared_task(name="followup.ask_again")
def ask_again() -> None:
    """Ask the customers of resolved tickets again whose day has come."""
    sweep.run(asking.ASK_AGAIN, timezone.now())


@shared_task(name="followup.forget_notices")
def forget_notices() -> None:
    """Delete old notices; beat sends it every six hours."""
    notices.forget(timezone.now())


@shared_task(name="followup.count_promises")
def count_promises() -> None:
    """Add what changed of promises to their tallies."""
    tallying.move_changes()
