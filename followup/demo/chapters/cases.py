"""Sample customers on their own page: some wrote there, some chose when to be called, some say how it stands.

The texts: cases.json. All of it happened in the last hours, on tickets that colleagues have in hand. Nobody is mailed.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Max

from followup.conversations.case import services as page
from followup.conversations.slots import offering
from followup.conversations.slots import services as booking
from followup.demo.quiet import hush
from followup.models import CustomerSaid, Ticket, TicketStatus
from surveys.models import Survey

_TEXTS: dict[str, list[str]] = json.loads(Path(__file__).with_suffix(".json").read_text())
_HOUR = timedelta(hours=1)
_AHEAD = timedelta(hours=20)  # of a call, so that its warning is not due yet
_MESSAGE, _CALL, _FIXED, _KINDS = 0, 1, 2, 4  # what they do, one after the other; the fourth says that it is not fixed


def make_cases(surveys: Sequence[Survey], now: datetime) -> None:
    """Go through the tickets on which the customer was reached, the newest first."""
    rows = Ticket.objects.filter(survey__in=surveys, status=TicketStatus.CONTACTED, owner__isnull=False)
    rows = rows.annotate(last=Max("activities__at")).select_related("response", "play", "owner")
    for number, ticket in enumerate(rows.filter(response__contact__isnull=False).order_by("-pk")):
        at = max(now - (1 + number % 5) * _HOUR, ticket.last)  # type: ignore[attr-defined]  # annotated above
        kind, before = number % _KINDS, number // _KINDS
        if kind == _MESSAGE:
            texts = _TEXTS[ticket.response.language]
            page.write(response_id=ticket.response_id, text=texts[before % len(texts)], submission=None, at=at)
        elif kind == _CALL:
            _book(ticket, now, at)
        else:
            said = CustomerSaid.FIXED if kind == _FIXED else CustomerSaid.NOT_FIXED
            page.say(response_id=ticket.response_id, said=said, at=at)
        hush(ticket.pk, at)


def _book(ticket: Ticket, now: datetime, at: datetime) -> None:
    """The first free time from tomorrow on."""
    free = offering.offer_of(ticket, now).free
    starts_at = next((time for time in free if time >= now + _AHEAD), None)
    if starts_at is not None:
        booking.book(response_id=ticket.response_id, starts_at=starts_at, at=at)
