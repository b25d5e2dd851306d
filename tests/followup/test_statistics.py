"""How kept promises are counted."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.models import Ticket
from followup.statistics import ask_promises, follow_up_figures
from tests.factories import make_contact, make_survey, make_ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_each_kind_of_promise_is_counted_where_it_belongs() -> None:
    survey, at = make_survey(), timezone.now()
    due = at + 24 * HOUR
    resolved: dict[str, Any] = {"status": "resolved", "resolved_at": at}
    changes: list[dict[str, Any]] = [
        {},  # on time
        {"first_contact_warn_at": at - HOUR},  # due soon
        {"first_contact_due_at": at - HOUR},  # overdue
        {"first_contact_at": at - 2 * HOUR, "clock_from": at - 4 * HOUR},  # met after 2 h
        {"first_contact_at": due, "clock_from": at - 4 * HOUR},  # met at the very deadline, after 28 h
        {"first_contact_at": due + HOUR, "first_contact_due_at": due},  # missed, contacted late
        resolved | {"outcome": "lost"},  # missed, never contacted
        resolved | {"outcome": "no_action"},  # outside
        {"first_contact_due_at": None},  # outside: no clock
        resolved | {"outcome": "kept", "first_contact_due_at": None, "first_contact_at": at},  # outside
    ]
    for number, change in enumerate(changes):
        ticket = make_ticket(survey, 3, contact=make_contact(number))
        values = {"first_contact_due_at": due, "clock_from": at} | change
        Ticket.objects.filter(pk=ticket.pk).update(**values)
    with CaptureQueriesContext(connection) as queries:
        figures = asdict(follow_up_figures(Ticket.objects.all(), at=at))
    assert len(queries) <= 6
    median = figures.pop("median_first_contact_s")
    assert figures == {
        "open": 7,
        "due_soon": 1,
        "overdue": 1,
        "met": 2,
        "missed": 2,
        "met_share": 0.4,
        "n": 5,
    }
    assert median == pytest.approx(25 * 3600), "of 2, 25 and 28 hours"


def test_the_period_is_of_company_days_and_open_is_of_now(settings: object) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"  # type: ignore[attr-defined]
    survey, at = make_survey(), timezone.now()
    for number, hour in enumerate([22, 23]):  # 23:00 and 00:00 in Copenhagen, in winter
        ticket = make_ticket(survey, 3, contact=make_contact(number))
        start = datetime(2026, 1, 9, hour, 0, tzinfo=UTC)
        Ticket.objects.filter(pk=ticket.pk).update(clock_from=start, first_contact_due_at=start + 24 * HOUR)
    day = date(2026, 1, 10)
    figures = follow_up_figures(Ticket.objects.all(), at=at, first_day=day, last_day=day)
    assert (figures.open, figures.overdue, figures.n, figures.met_share) == (2, 2, 1, 0.0)
    nothing = follow_up_figures(Ticket.objects.all(), at=at, last_day=date(2026, 1, 1))
    assert (nothing.n, nothing.met_share, nothing.median_first_contact_s) == (0, None, None)


def test_how_promises_ended_is_read_from_an_index_alone() -> None:
    """PostgreSQL reads a table of few rows whole, unless it is told otherwise."""
    today = timezone.localdate()
    tickets = Ticket.objects.all().of_detractors()
    asked = ask_promises(tickets, at=timezone.now(), first_day=today - timedelta(days=30), last_day=today)["promises"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("DROP INDEX ticket_by_score")  # of which it thinks as well, with so few
        cursor.execute(f"EXPLAIN SELECT {asked.sql}", asked.given)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using ticket_promises on" in plan, plan
