"""The tallies of promises: equal to a recount of the tickets at any moment, however a ticket changes."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from followup import tallying
from followup.models import Outcome, PromiseChange, PromiseCounts, PromiseTally, Ticket, TicketStatus
from followup.statistics import Promises, ask_promises, promises, promises_of
from followup.tickets import opening
from nps_project.accounts.models import Team
from nps_project.common.together import ask
from surveys.services.decisions import discard_response
from tests.factories import make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN: dict[str, Any] = {"status": TicketStatus.OPEN, "resolved_at": None, "outcome": None}


def resolved(outcome: str) -> dict[str, Any]:
    return {"status": TicketStatus.RESOLVED, "resolved_at": NOW, "outcome": outcome}


FIELDS: dict[str, list[Any]] = {
    "score": [2, 6, 7, 9],
    "first_contact_due_at": [None, NOW - HOUR, NOW - HOUR, NOW + HOUR],
    "first_contact_at": [None, NOW - 2 * HOUR, NOW - HOUR, NOW],
    "discarded_at": [None, None, NOW],
    "clock_from": [NOW - DAY, NOW - 2 * DAY, NOW - 2 * DAY + 11 * HOUR],
}
STATES = [OPEN, resolved(Outcome.LOST), resolved(Outcome.NO_ACTION), resolved(Outcome.RECOVERED)]


def by_tallies(first: date | None = None, last: date | None = None, counts: PromiseCounts | None = None) -> Promises:
    of_all = PromiseCounts() if counts is None else counts
    rows = Ticket.objects.of_detractors()
    return promises_of(ask(ask_promises(rows, at=NOW, first_day=first, last_day=last, counts=of_all)))


def by_tickets(first: date | None = None, last: date | None = None) -> Promises:
    return promises(Ticket.objects.of_detractors(), at=NOW, first_day=first, last_day=last)


def test_they_are_those_of_the_tickets_after_every_change() -> None:
    draw = random.Random(7)  # noqa: S311
    surveys = [make_survey(), make_survey(slug="other")]
    teams = [None, Team.objects.create(name="North"), Team.objects.create(name="South")]
    tickets = [make_ticket(survey, 2, "") for survey in surveys for _ in range(8)]
    ended = set()
    for number in range(400):
        ticket = draw.choice(tickets)
        name = draw.choice([*FIELDS, "state", "place"])
        if name == "state":
            values = draw.choice(STATES)
        elif name == "place":
            values = {"team": draw.choice(teams), "survey": draw.choice(surveys)}
        else:
            values = {name: draw.choice(FIELDS[name])}
        Ticket.objects.filter(pk=ticket.pk).update(**values)
        if number % 50 == 0:
            tallying.move_changes()
        if number % 5 == 0:
            assert tallying.differing_days() == [], values
            ended.add(by_tallies())
        assert by_tallies() == by_tickets(), values
    assert len(ended) > 10  # so it was no comparison of nothing
    assert by_tallies(date(2026, 6, 29), date(2026, 6, 29)) == by_tickets(date(2026, 6, 29), date(2026, 6, 29))
    south = PromiseCounts().filter(team=teams[2])
    of_south = promises(Ticket.objects.of_detractors().filter(team=teams[2]), at=NOW)
    assert by_tallies(counts=south).met == of_south.met
    assert by_tallies(counts=south).missed == of_south.missed


def test_tickets_that_go_take_their_promises_along() -> None:
    ticket = make_ticket(make_survey(), 2, "")
    due_at = ticket.first_contact_due_at or NOW
    Ticket.objects.filter(pk=ticket.pk).update(
        first_contact_due_at=due_at, first_contact_at=due_at, **resolved(Outcome.LOST)
    )
    tallying.move_changes()
    assert PromiseTally.objects.count() == 1
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM followup_ticket WHERE id = %s", [ticket.pk])  # its steps stay, until the end
        assert (by_tallies().met, by_tallies().missed) == (0, 0)
        tallying.move_changes()
        assert not PromiseTally.objects.exists()
        assert not PromiseChange.objects.exists()
        transaction.set_rollback(True)


def test_each_change_of_a_promise_writes_one_row() -> None:
    survey = make_survey()
    ticket = make_ticket(survey, 2, "", contact_email="a@example.com")
    assert PromiseChange.objects.values_list("met", "missed", "running").get() == (0, 0, 1)
    due_at = ticket.first_contact_due_at
    assert due_at is not None
    Ticket.objects.filter(pk=ticket.pk).update(first_contact_at=due_at - HOUR)
    last = PromiseChange.objects.values_list("clock_from", "met", "missed", "running").latest("pk")
    assert last == (ticket.clock_from, 1, 0, -1)
    Ticket.objects.filter(pk=ticket.pk).update(first_contact_at=due_at, **resolved(Outcome.LOST))
    assert PromiseChange.objects.count() == 2  # still kept
    discard_response(response_id=ticket.response_id, by=make_user("chief", "admin"), reason="spam")
    opening.open_for_responses([ticket.response_id])
    assert (by_tallies().met, by_tallies().missed) == (0, 0)


def test_they_are_by_days_of_the_company(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"
    survey = make_survey()
    for hours in (21, 22, 23):  # midnight there is at 22:00
        answer = make_ticket(survey, 2, "")
        began = datetime(2026, 6, 29, hours, 30, tzinfo=UTC)
        Ticket.objects.filter(pk=answer.pk).update(
            clock_from=began, first_contact_due_at=began + DAY, first_contact_at=began + HOUR
        )
    before = by_tallies(date(2026, 6, 30), date(2026, 6, 30))
    assert (before.met, before.missed) == (2, 0)
    assert tallying.move_changes() == 3
    assert sorted(PromiseTally.objects.values_list("day", "met")) == [(date(2026, 6, 29), 1), (date(2026, 6, 30), 2)]
    assert by_tallies(date(2026, 6, 30), date(2026, 6, 30)) == before


def test_a_wrong_tally_is_named_and_mended(capsys: pytest.CaptureFixture[str]) -> None:
    ticket = make_ticket(make_survey(), 2, "")
    Ticket.objects.filter(pk=ticket.pk).update(
        clock_from=NOW, first_contact_due_at=NOW + DAY, first_contact_at=NOW + HOUR
    )
    tallying.move_changes()
    call_command("check_tallies")
    PromiseTally.objects.update(met=5)
    with pytest.raises(SystemExit):
        call_command("check_tallies")
    assert "promises, 2026-06-30" in capsys.readouterr().out
    call_command("rebuild_tallies")
    call_command("check_tallies")
    assert PromiseTally.objects.get().met == 1


def test_changes_are_moved_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "AT_ONCE", 2)
    survey = make_survey()
    tickets = [make_ticket(survey, 2, "") for _ in range(5)]
    for ticket in tickets:
        Ticket.objects.filter(pk=ticket.pk).update(
            clock_from=NOW, first_contact_due_at=NOW + DAY, first_contact_at=NOW + HOUR
        )
    assert tallying.move_changes() == 5
    assert PromiseTally.objects.get().met == 5
    assert not PromiseChange.objects.exists()


def test_who_sees_one_team_is_told_of_its_tickets_alone() -> None:
    north = Team.objects.create(name="North")
    of_north, of_all = make_user("nora", "manager", all_teams=False), make_user("bea", "manager", all_teams=True)
    of_north.teams.add(north)
    assert PromiseCounts.seen_by(of_north) is None
    assert PromiseCounts.seen_by(of_all) is not None
