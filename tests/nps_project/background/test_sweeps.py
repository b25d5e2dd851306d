"""Every sweep with one bad row in it: the others are done, the bad one is put aside, shown, and tried again."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Absence, DigestItem, RoutingRule, Stage, Ticket
from followup.notify import digests, mails
from followup.playbooks import services as playbooks
from followup.routing import assignment
from followup.tickets import actions, opening
from nps_project.accounts.models import Team, User
from nps_project.api.models import IdempotentRequest
from nps_project.background import sweep
from nps_project.background.models import PutAside
from nps_project.background.sweep import SWEEPS, Sweep
from nps_project.celery import app
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.queueing import queue_mail
from surveys.models import BulkDecision, DecisionKind, Response, Survey
from surveys.services import bulk_decisions
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.faults import bad_rows
from tests.faults.bad_rows import forget, mend, spoil

pytestmark = pytest.mark.django_db

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
app.loader.import_default_modules()  # the tasks of every app, and with them their sweeps


@dataclass(frozen=True)
class Case:
    """Three due rows of a sweep, the time at which they are due, and how a done one looks."""

    make: Callable[[], tuple[list[int], datetime]]
    is_done: Callable[[int], bool]
    table: str
    column: str = "id"


def make_tickets(**fields: Any) -> list[Ticket]:
    made = [make_ticket(make_survey(), 2, contact=make_contact(0))]
    made += [make_ticket(made[0].survey, 2, contact=make_contact(number)) for number in (1, 2)]
    Ticket.objects.update(**fields)
    make_user("chief", "manager")
    return list(Ticket.objects.order_by("pk"))


def ids_of(rows: list[Any]) -> list[int]:
    return [row.pk for row in rows]


def to_warn() -> tuple[list[int], datetime]:
    made = make_tickets()
    return ids_of(made), max(ticket.warn_at for ticket in made)


def to_escalate() -> tuple[list[int], datetime]:
    made = make_tickets()
    return ids_of(made), max(ticket.deadline for ticket in made) + SECOND


def to_escalate_further() -> tuple[list[int], datetime]:
    made = make_tickets()
    play = made[0].play
    play.levels.all().delete()
    play.levels.create(number=1, hours_after=4, to="managers")
    late = max(ticket.deadline for ticket in made) + SECOND
    escalation.move_clocks(late)
    return ids_of(made), late + 4 * HOUR


def to_wake() -> tuple[list[int], datetime]:
    made, by, until = make_tickets(), make_user("bea"), timezone.now() + HOUR
    for ticket in made:
        actions.wait(ticket_id=ticket.pk, by=by, until=until)
    return ids_of(made), until


def to_open() -> tuple[list[int], datetime]:
    survey = make_survey()
    return ids_of([make_answer(survey, 2, contact_email="a@example.com") for _number in range(3)]), later()


def to_give_out() -> tuple[list[int], datetime]:
    team = Team.objects.create(name="North")
    rule = RoutingRule.objects.create(name="All", to="team", team=team)
    made = make_tickets(team=team, owner=None, routed_by=rule)
    team.members.add(make_user("ann"))
    return ids_of(made), timezone.now()


def to_send_as_digest() -> tuple[list[int], datetime]:
    ticket, made = make_tickets()[0], [make_user(name, mail_about_tickets="daily") for name in ("ann", "bob", "cee")]
    for person in made:
        key = f"x{person.pk}"
        item = DigestItem(person=person, ticket=ticket, template="ticket_overdue", dedupe_key=key, at=timezone.now())
        item.save()
    return ids_of(made), timezone.now() + 2 * DAY


def make_mails(**fields: Any) -> list[int]:
    def make(number: int) -> Delivery:
        return Delivery.objects.create(dedupe_key=f"mail{number}", to_address="a@nordlys.dk", **fields)

    return ids_of([make(number) for number in range(3)])


def to_send() -> tuple[list[int], datetime]:
    return make_mails(), later()


def to_release() -> tuple[list[int], datetime]:
    return make_mails(status=Status.IN_FLIGHT, claimed_at=timezone.now() - HOUR, audience=Audience.CUSTOMER), later()


def to_announce() -> tuple[list[int], datetime]:
    return make_mails(status=Status.SENT, sent_at=timezone.now() - HOUR, to_announce=True), later()


def to_forget() -> tuple[list[int], datetime]:
    user, long_ago = make_user("till"), timezone.now() - 3 * DAY
    keys = [IdempotentRequest(user=user, key=str(number), created_at=long_ago) for number in range(3)]
    return ids_of(IdempotentRequest.objects.bulk_create(keys)), later()


def to_decide_about_many() -> tuple[list[int], datetime]:
    chief, survey = make_user("chief", "manager"), make_survey()
    make_answer(survey, 2)
    asks = [
        bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={"score": score}, by=chief, reason="spam")
        for score in (1, 2, 3)
    ]
    return ids_of(asks), later()


def to_tell_of_floods() -> tuple[list[int], datetime]:
    make_user("chief", "manager")
    surveys = [make_survey(f"s{number}") for number in range(3)]
    for survey in surveys:
        make_answer(survey, 2, state="provisional", evidence={"why": "flood"})
    return ids_of(surveys), later()


def later() -> datetime:
    return timezone.now() + 10 * SECOND


def ticket_is(**fields: Any) -> Callable[[int], bool]:
    return lambda pk: Ticket.objects.filter(pk=pk, **fields).exists()


def mail_is(**fields: Any) -> Callable[[int], bool]:
    return lambda pk: Delivery.objects.filter(pk=pk, **fields).exists()


CASES = {
    "followup.warn": Case(to_warn, ticket_is(stage=Stage.DUE_SOON), "followup_ticket"),
    "followup.escalate": Case(to_escalate, ticket_is(stage=Stage.OVERDUE), "followup_ticket"),
    "followup.escalate_further": Case(to_escalate_further, ticket_is(escalation_level=1), "followup_ticket"),
    "followup.wake": Case(to_wake, ticket_is(waiting_until=None), "followup_ticket"),
    "followup.open": Case(
        to_open, lambda pk: Response.objects.filter(pk=pk, ticket__isnull=False).exists(), "surveys_response"
    ),
    "followup.give_out": Case(to_give_out, ticket_is(owner__isnull=False), "followup_ticket"),
    "followup.digests": Case(
        to_send_as_digest,
        lambda pk: DigestItem.objects.filter(person=pk, sent_at__isnull=False).exists(),
        "followup_digestitem",
        "person_id",
    ),
    "deliveries.send": Case(to_send, mail_is(status=Status.STORED), "deliveries_delivery"),
    "deliveries.release": Case(to_release, mail_is(status=Status.UNKNOWN), "deliveries_delivery"),
    "deliveries.announce": Case(to_announce, mail_is(to_announce=False), "deliveries_delivery"),
    "followup.floods": Case(
        to_tell_of_floods,
        lambda pk: Survey.objects.filter(pk=pk, flood_told_on__isnull=False).exists(),
        "surveys_survey",
    ),
    "surveys.bulk_decisions": Case(
        to_decide_about_many,
        lambda pk: BulkDecision.objects.filter(pk=pk, state="finished").exists(),
        "surveys_bulkdecision",
    ),
    "api.forget": Case(
        to_forget, lambda pk: not IdempotentRequest.objects.filter(pk=pk).exists(), "api_idempotentrequest"
    ),
}


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
    assert digests.send_due(at + DAY) == 1
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
    good, decide = ids[-1], opening.open_for_response

    def fails(response_id: int, **more: Any) -> Any:
        if response_id != good:
            raise ZeroDivisionError
        return decide(response_id, **more)

    monkeypatch.setattr(opening, "open_for_response", fails)
    assert opening.open_missed(later()) == 1
    assert Ticket.objects.get().response_id == good
    assert PutAside.objects.count() == 6

    PutAside.objects.all().delete()
    monkeypatch.undo()
    monkeypatch.setattr(opening, "open_for_response", fails)
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
    next_in_turn = assignment.next_in_turn

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
