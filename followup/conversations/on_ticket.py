"""The ticket to which what a customer writes belongs, from their answer; opened at once where it is not there yet."""

import logging

from django.db import transaction

from followup.models import Ticket
from followup.tickets import opening
from surveys.models import Response

logger = logging.getLogger(__name__)


def lock_response(response_id: int) -> Response:
    """The answer, with its row locked until the end of the transaction: before its ticket, as opening locks them."""
    rows = Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "contact")
    return rows.defer("search_vector").get(pk=response_id)


def ticket_of(response: Response) -> Ticket | None:
    """The locked ticket of a locked answer, or that of the answer which it follows.

    What no worker has decided of it yet is decided here and now: it is opened, or follows its answer. None for an
    answer that has none, since it waits for a decision or was discarded; and when opening fails, which the sweep tries
    again.
    """
    try:
        with transaction.atomic():
            opening.open_for_response(response.pk)
    except Exception:
        logger.exception("the follow-up of answer %d is left to the sweep", response.pk)
    ticket = _locked(response.pk)
    if ticket is None and response.follows_id is not None:
        ticket = _locked(response.follows_id)
    return ticket


def _locked(response_id: int) -> Ticket | None:
    return Ticket.objects.select_for_update(no_key=True).filter(response=response_id).first()
