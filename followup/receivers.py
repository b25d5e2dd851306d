"""Reacts to signals of surveys and deliveries; the app connects them once, when it is ready."""

import logging
from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate
from django.utils import timezone

from followup import tasks
from followup.causes import services as causes
from followup.models import Ticket
from followup.notify.mails import ACCOUNT_MANAGER_MAIL
from followup.playbooks import services as playbooks
from followup.tickets import actions, values
from followup.tickets.again import asking
from followup.tickets.customers import lines
from followup.tickets.customers.promise import promise_for, promise_of
from nps_project.background import dispatch, queues
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.signals import delivery_sent
from surveys import hooks
from surveys.signals import ask_again_decided, response_recorded, responses_decided

logger = logging.getLogger(__name__)

MANY_AT_ONCE = 50


def queue_ticket(sender: type, *, response_id: int, **kwargs: Any) -> None:
    """Send a worker the id of a new answer, without waiting for the broker; the sweep finds lost ones."""
    dispatch.soon(tasks.open_tickets, response_id)


def queue_many_tickets(sender: type, *, response_ids: list[int], **kwargs: Any) -> None:
    """Send the bulk queue the ids of many answers: fresh ones do not wait behind them; the sweep finds lost ones."""
    for start in range(0, len(response_ids), MANY_AT_ONCE):
        chunk = response_ids[start : start + MANY_AT_ONCE]
        try:
            tasks.open_tickets.apply_async((chunk,), queue=queues.BULK, retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001  (whatever the broker's failure, the sweep finds the rows)
            logger.warning("tickets of %d answers are left to the sweep: %s", len(chunk), type(error).__name__)


def tick_step(sender: type, *, delivery: Delivery, **kwargs: Any) -> None:
    """Tick the step of the account manager when the mail to them was sent."""
    if delivery.about.startswith(ACCOUNT_MANAGER_MAIL):
        ticket_id = int(delivery.about.removeprefix(ACCOUNT_MANAGER_MAIL))
        if Ticket.objects.filter(pk=ticket_id).exists():
            actions.tick_account_manager_told(ticket_id=ticket_id, at=delivery.sent_at or timezone.now())


def note_asking_again(sender: type, **decided: Any) -> None:
    """Write on its ticket what was decided about asking a customer again."""
    asking.note_decision(**{name: decided[name] for name in ("response_id", "decision", "reason", "at")})


def connect() -> None:
    """Connect the receivers. The app's ready() calls it."""
    responses_decided.connect(queue_many_tickets, dispatch_uid="followup.queue_many_tickets")
    response_recorded.connect(queue_ticket, dispatch_uid="followup.queue_ticket")
    ask_again_decided.connect(note_asking_again, dispatch_uid="followup.note_asking_again")
    delivery_sent.connect(tick_step, dispatch_uid="followup.tick_step")
    post_migrate.connect(ship_defaults, sender=apps.get_app_config("followup"), dispatch_uid="followup.ship_defaults")
    hooks.set_promise(promise_of)
    hooks.set_promise_for_previews(promise_for)
    hooks.set_value_changed(values.follow_contact)
    hooks.set_tickets(hooks.Tickets(lines.of_contact, lines.open_by_company))


def ship_defaults(sender: Any, **kwargs: Any) -> None:
    """Make the default playbook and a first list of root causes after a migration, where they are missing."""
    playbooks.ensure_default()
    causes.ensure_defaults()
