"""Detractors with a known past, for tests of the figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from django.utils import timezone

from followup.models import Attempt, Ticket
from nps_project.accounts.models import User
from surveys.models import Contact, Response, Survey
from tests.factories import make_answer, make_contact, make_ticket

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANSWERED = NOW - timedelta(days=120)
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Past:
    """What happened: hours to the first contact (None: none), whether anybody tried, the second score, the end."""

    score: int = 3
    hours: float | None = None
    tried: bool = False
    second: int | None = None
    later: int | None = None  # an answer of the same customer, unasked, 30 days later
    left_days: int | None = None
    value: int = 0
    has_contact: bool = True


def make_past(survey: Survey, by: User, pasts: Iterable[Past], answered: datetime = ANSWERED) -> list[Ticket]:
    """The tickets of these pasts."""
    return [_make(survey, by, past, answered) for past in pasts]


def _make(survey: Survey, by: User, past: Past, answered: datetime) -> Ticket:
    contact = make_contact(next(NUMBERS)) if past.has_contact else None
    ticket = make_ticket(survey, past.score, contact=contact)
    Response.objects.filter(pk=ticket.response_id).update(answered_at=answered, recorded_at=answered)
    first = None if past.hours is None else answered + timedelta(hours=past.hours)
    if past.tried or past.hours is not None:
        Attempt.objects.create(ticket=ticket, by=by, result="reached", at=first or answered, created_at=timezone.now())
    Ticket.objects.filter(pk=ticket.pk).update(
        clock_from=answered, first_contact_at=first, first_contact_due_at=answered + timedelta(hours=24),
        score_after=past.second, value_rank=-past.value,
    )  # fmt: skip
    if contact is not None and past.later is not None:
        later = make_answer(survey, past.later, contact=contact)
        Response.objects.filter(pk=later.pk).update(answered_at=answered + timedelta(days=30))
    if contact is not None and past.left_days is not None:
        Contact.objects.filter(pk=contact.pk).update(churned_at=answered + timedelta(days=past.left_days))
    return Ticket.objects.get(pk=ticket.pk)
