"""Every sweep with one bad row in it: the others are done, the bad one is put aside, shown, and tried again."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Absence, Stage, Ticket
from followup.notify import digests, mails
from followup.playbooks import services as playbooks
from followup.routing import assignment, turns
from followup.tickets import opening
from followup.tickets.fresh import together
from followup.tickets.fresh.new_ticket import new_ticket
from nps_project.accounts.models import Team, User
from nps_project.background import sweep
from nps_project.background.models import PutAside
from nps_project.background.sweep import SWEEPS, Sweep
from nps_project.celery import app
from nps_project.deliveries.queueing import queue_mail
from surveys.models import Response
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.faults import bad_rows
from tests.faults.bad_rows import forget, mend, spoil
from tests.nps_project.background.sweep_cases import (
    CASES,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    ids_of,
    later,
    to_escalate,
    to_give_out,
)

pytestmark = pytest.mark.django_db

app.loader.import_default_modules()  # the tasks of every app, and with them their sweeps


@pytest.fixture
def spoiling() -> Iterator[None]:
    """For tests with real transactions, which leave their triggers behind."""
    yield
    forget()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted({*SWEEPS, *CASES}))
def test_one_bad_row_stops_no_other_and_is_done_when_it_is_mended(name: str, spoiling: None) -> None:
    case, which = CASES[name], SWEEPS[name]
    ids, at = case.make()
    bad = list(which.due(at).filter(pk__in=ids).values_list("pk", flat=True))[0]  # the first in line
    others = [pk for pk in ids if pk != bad]
    assert not any(map(case.is_done, ids))

    spoil(case.table, bad, case.column)
    assert sweep.run(which, at) == 2
    assert [case.is_done(pk) for pk in others] == [True, True]
    assert not case.is_done(bad)
    row = PutAside.objects.get()
    assert (row.sweep, row.row_id, row.failures, row.error) == (name, bad, 1, "InternalError")
    assert "no such customer" in row.message
    assert "Ada" not in row.message

    mend()
    assert sweep.run(which, at + 30 * SECOND) == 0, "not before its pause is over"
    assert sweep.run(which, at + MINUTE) == 1
    assert case.is_done(bad)
    assert not PutAside.objects.exists()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd"])
def test_a_time_zone_that_nobody_knows_stops_no_warning_no_digest_and_no_page(zone: str) -> None:
    """It was typed in the shell, or is gone from the list of zones: the company's counts."""
    ids, at = to_escalate()
    lead = make_user("lead", "manager", time_zone=zone, mail_about_tickets="daily")
    Ticket.objects.filter(pk=ids[0]).update(team=Team.objects.create(name="N", lead=lead))
    Absence.objects.create(person=lead, first_day=(at + 9 * DAY).date(), last_day=(at + 9 * DAY).date())
    Absence.objects.create(person=lead, first_day=(at - DAY).date(), last_day=(at - DAY).date())
    assert escalation.move_clocks(at) == 3
    assert digests.send_due((at + DAY).replace(hour=12)) == 1  # after that morning, in any zone near the company's
    assert not PutAside.objects.exists()
    assert client_of(lead).get("/desk/").status_code == 200


def test_a_template_that_raises_leaves_its_ticket_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, at = to_escalate()

    def fails(**mail: Any) -> None:
        if mail["about"] == f"ticket:{ids[1]}":
            raise LookupError("no such filter")
        queue_mail(**mail)

    monkeypatch.setattr(mails, "queue_mail", fails)
    assert escalation.move_clocks(at) == 2
    half_done = Ticket.objects.get(pk=ids[1])
    assert (half_done.stage, half_done.history_count) == (Stage.ON_TIME, 1)
    monkeypatch.undo()
    assert escalation.move_clocks(at + MINUTE) == 1


def test_rows_that_always_fail_never_hide_younger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than one batch holds, all older; also where each run has time for one row alone."""
    monkeypatch.setattr(sweep, "BATCH", 2)
    survey = make_survey()
    ids = ids_of([make_answer(survey, 2, contact_email="a@example.com") for _number in range(7)])
    good = ids[-1]

    def fails(response: Response, *args: Any, **more: Any) -> Ticket:
        if response.pk != good:
            raise ZeroDivisionError
        return new_ticket(response, *args, **more)

    for how in (opening, together):
        monkeypatch.setattr(how, "new_ticket", fails)
    assert opening.open_missed(later()) == 1
    assert Ticket.objects.get().response_id == good
    assert PutAside.objects.count() == 6

    PutAside.objects.all().delete()
    monkeypatch.setattr(sweep, "BUDGET_S", 0)
    good = ids[2]
    assert sum(opening.open_missed(later()) for _run in range(3)) == 1


def test_the_pause_grows_to_an_hour_and_a_row_that_succeeds_is_forgotten() -> None:
    at, fails = timezone.now(), True
    pk = make_answer(make_survey(), 9).pk

    def act(_row_id: int, _at: datetime) -> bool:
        if fails:
            raise ZeroDivisionError
        return True

    odd = Sweep("tests.odd", lambda _at: Response.objects.filter(pk=pk), act)
    pauses = []
    for number in range(1, 10):
        assert sweep.run(odd, at) == 0
        row = PutAside.objects.get()
        assert (row.failures, row.first_at <= at) == (number, True)
        pauses.append(round((row.retry_at - at).total_seconds() / 60))
        assert sweep.run(odd, row.retry_at - SECOND) == 0
        at = row.retry_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    fails = False
    assert sweep.run(odd, at) == 1
    assert not PutAside.objects.exists()


def test_a_row_that_a_person_mended_is_forgotten() -> None:
    (first, *_others), at = to_escalate()
    spoil("followup_ticket", first)
    escalation.move_clocks(at)
    assert PutAside.objects.count() == 1
    mend()
    Ticket.objects.filter(pk=first).update(first_contact_at=at, deadline=at + DAY)
    PutAside.objects.update(retry_at=at + HOUR)
    escalation.move_clocks(at + 5 * MINUTE)
    assert not PutAside.objects.exists()


def test_it_is_logged_once_with_its_trace_and_after_that_by_a_line(caplog: pytest.LogCaptureFixture) -> None:
    (first, *_others), at = to_escalate()
    spoil("followup_ticket", first)
    for minutes in (0, 1, 3):
        escalation.move_clocks(at + minutes * MINUTE)
    told = [record for record in caplog.records if "put aside" in record.message]
    assert [(record.levelno, bool(record.exc_info)) for record in told] == [
        (logging.ERROR, True), (logging.WARNING, False), (logging.WARNING, False),
    ]  # fmt: skip
    assert f"row {first} " in told[0].message


@pytest.mark.parametrize(
    ("error", "goes_on"),
    [
        (OperationalError("server closed the connection unexpectedly"), False),
        (InterfaceError("connection already closed"), False),
        ("53100", False),  # disk full
        ("57P01", False),  # shutting down
        ("40P01", True),  # deadlock
        ("57014", True),  # the statement took too long
    ],
)
def test_a_database_that_is_gone_is_no_bad_row(error: Exception | str, goes_on: bool) -> None:
    survey = make_survey()
    rows = [make_answer(survey, 9).pk, make_answer(survey, 9).pk]

    def act(row_id: int, _at: datetime) -> bool:
        if row_id == rows[0] and isinstance(error, str):
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING errcode = '{error}'; END $$")
        elif row_id == rows[0]:
            raise error  # type: ignore[misc]
        return Response.objects.filter(pk=row_id).update(comment="done") > 0

    odd = Sweep("tests.odd", lambda _at: Response.objects.filter(comment="").order_by("pk"), transaction.atomic(act))
    if goes_on:
        assert sweep.run(odd, timezone.now()) == 1
        assert PutAside.objects.get().row_id == rows[0]
    else:
        with pytest.raises((OperationalError, InterfaceError)):
            sweep.run(odd, timezone.now())
        assert not PutAside.objects.exists()


def test_a_team_without_room_is_asked_once_in_a_run_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, at = to_give_out()
    full = Team.objects.create(name="Full")
    Ticket.objects.filter(pk__in=ids[:2]).update(team=full)
    asked: list[int] = []
    next_in_turn = turns.next_in_turn

    def ask(team_id: int, at: datetime) -> User | None:
        asked.append(team_id)
        return next_in_turn(team_id, at)

    monkeypatch.setattr(assignment, "next_in_turn", ask)
    assert assignment.assign_waiting(at) == 1
    assert asked.count(full.pk) == 1


@pytest.mark.django_db(transaction=True)
def test_the_bad_rows_of_a_storm_are_put_aside_and_done_when_they_are_mended(spoiling: None) -> None:
    """The same that `make faults` does to a product in use, twice."""
    playbooks.ensure_default()
    bad_rows.make()
    bad_rows.make()
    assert bad_rows.judge() == []
    assert list(chain.verify()) == []
    assert not PutAside.objects.exists()
