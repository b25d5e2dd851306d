"""Promises 3, 4, 5, 6 and 8: looking changes nothing, stages are told once, history is owed, text is text."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Activity, ActivityKind, Attempt, DigestItem, Promise, RootCause, Stage, Ticket
from followup.tasks import move_clocks
from followup.tickets import actions, attempts, opening, promises, tags
from nps_project.accounts.models import Team, User
from nps_project.background import dispatch
from nps_project.deliveries.models import Delivery
from nps_project.health.models import SignOfLife
from surveys.services import decisions, responses
from surveys.services.surveys import update_survey
from tests import services
from tests.addresses import World, make_world, routes
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user
from tests.faults.contents import changed, contents
from tests.faults.programs import beat, last_ran_yesterday, worker
from tests.product import within
from tests.sizes import sized
from tests.undrawn import leave_undrawn


@pytest.fixture
def world(db: None) -> World:
    return make_world()


# Promise 3


def test_every_route_is_walked(world: World) -> None:
    assert set(world.pages) == set(routes())


@pytest.mark.parametrize("method", ["head", "options"])
def test_asking_for_less_than_a_page_changes_nothing(
    method: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does looking at it: tests/project/test_each_page.py. A head is the page without being drawn."""
    leave_undrawn(monkeypatch)
    before = contents()
    for client in (Client(), client_of(world.admin)):
        for address in world.addresses():
            answer = getattr(client, method)(address, headers={"user-agent": "mail scanner"})
            assert answer.status_code < 500 or address in {"/s/paused/", "/readyz"}, address
    assert changed(before, contents()) == set()


# Promise 4


def stages(survey_slug: str, count: int) -> None:
    """Tickets, half of them due soon and half of them late, in a team with a lead."""
    lead = make_user("lead", "manager")
    team = Team.objects.create(name="North", lead=lead)
    survey = make_survey(survey_slug, team=team)
    for number in range(count):
        ticket = make_ticket(survey, 2, contact=make_contact(number))
        deadline = timezone.now() + timedelta(hours=1 if number % 2 else -1)
        Ticket.objects.filter(pk=ticket.pk).update(
            team=team, deadline=deadline, first_contact_due_at=deadline, warn_at=timezone.now() - timedelta(hours=2)
        )


@pytest.mark.django_db(transaction=True)
def test_ten_sweeps_at_once_tell_each_stage_once() -> None:
    stages("autumn", 20)

    def sweep(_number: int) -> int:
        try:
            return escalation.move_clocks(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        moved = list(pool.map(sweep, range(10)))

    assert sum(moved) == 20
    assert Delivery.objects.filter(about__startswith="ticket:").count() == 20
    for kind in (ActivityKind.WARNED, ActivityKind.ESCALATED):
        assert Activity.objects.filter(kind=kind).count() == 10
    assert Ticket.objects.filter(stage=Stage.OVERDUE).count() == 10
    assert list(chain.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_two_beats_and_many_workers_tell_each_stage_once_while_the_clock_is_changed(tmp_path: Path) -> None:
    """Half are due soon, half late; in the middle the clock jumps 20 hours, past every deadline, then back a little."""
    count, workers = sized(80, 1_000), sized(2, 4)
    stages("autumn", count)
    dispatch.flush()
    services.valkey().flushall()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        last_ran_yesterday(tmp_path / name)
    mails = Delivery.objects.filter(about__startswith="ticket:")

    def told() -> int:
        """Mails, and what is told in the summary of an hour with too many of them."""
        return mails.count() + DigestItem.objects.count()

    escalated = Activity.objects.filter(kind=ActivityKind.ESCALATED)
    warned = Activity.objects.filter(kind=ActivityKind.WARNED)
    clock = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "VAR_DIR": str(tmp_path)}
    with ExitStack() as programs:
        for name in ("a", "b"):
            programs.enter_context(beat(tmp_path / name, **clock))
        for _number in range(workers):
            programs.enter_context(worker(**clock))
        for hours, until in ((0.0, count // 5), (20.0, count * 7 // 10), (19.9, count)):
            (tmp_path / "clock").write_text(str(3600 * hours))
            for _number in range(20):
                move_clocks.delay()
            assert within(60, lambda until=until: told() >= until), hours  # type: ignore[misc]
        assert within(60, lambda: escalated.count() == count)
        assert within(30, SignOfLife.objects.exists), "a beat sends what was due since yesterday"
    assert escalated.values("ticket").distinct().count() == escalated.count() == count
    assert warned.values("ticket").distinct().count() == warned.count() <= count // 2
    assert told() == escalated.count() + warned.count()
    assert not Ticket.objects.exclude(stage=Stage.OVERDUE).exists()
    assert list(chain.verify()) == []


# Promise 5


def change_answer(ticket: Ticket, score: int) -> None:
    responses.change_response(response_id=ticket.response_id, answer=responses.NewAnswer(score=score, comment="new"))
    opening.open_for_response(ticket.response_id)


def discard(ticket: Ticket) -> None:
    decisions.discard_response(response_id=ticket.response_id, by=None, reason="spam")
    opening.open_for_response(ticket.response_id)


def bounce(ticket: Ticket) -> None:
    attempts.take_back_bounced(attempt_id=Attempt.objects.get(ticket=ticket).pk, at=timezone.now())


def promise(ticket: Ticket, by: User) -> Promise:
    return promises.make(ticket_id=ticket.pk, by=by, text="x", due_at=timezone.now() + SOON)


Change = Callable[[Ticket, User], object]
SOON = timedelta(days=1)
CHANGES: dict[str, Change] = {
    "claim": lambda ticket, by: actions.claim(ticket_id=ticket.pk, by=by),
    "assign": lambda ticket, by: actions.assign(ticket_id=ticket.pk, by=by, owner=by),
    "attempt": lambda ticket, by: attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached"),
    "note": lambda ticket, by: actions.add_note(ticket_id=ticket.pk, by=by, text="x"),
    "step": lambda ticket, by: actions.set_step(ticket_id=ticket.pk, by=by, step_id=ticket.steps.all()[0].pk),
    "wait": lambda ticket, by: actions.wait(ticket_id=ticket.pk, by=by, until=timezone.now() + SOON),
    "resolve": lambda ticket, by: actions.resolve(
        ticket_id=ticket.pk, by=by, outcome="no_action", root_cause=RootCause.objects.all()[0], note="was a test"
    ),
    "warn": lambda ticket, by: escalation.warn(ticket.pk, ticket.deadline),
    "escalate": lambda ticket, by: escalation.escalate(ticket.pk, ticket.deadline + SOON),
    "worse": lambda ticket, by: change_answer(ticket, 0),
    "promise": lambda ticket, by: promise(ticket, by),
    "promise kept": lambda ticket, by: promises.keep(ticket_id=ticket.pk, promise_id=promise(ticket, by).pk, by=by),
    "promise moved": lambda ticket, by: promises.move(
        ticket_id=ticket.pk, promise_id=promise(ticket, by).pk, by=by, due_at=timezone.now() + 2 * SOON, reason="agreed"
    ),
    "promise waived": lambda ticket, by: promises.waive(
        ticket_id=ticket.pk, promise_id=promise(ticket, by).pk, by=by, reason="not needed"
    ),
    "tags": lambda ticket, by: tags.change_tags(ticket_id=ticket.pk, by=by, add=["storm"]),
    "better": lambda ticket, by: change_answer(ticket, 9),
    "discard": lambda ticket, by: discard(ticket),
}


@pytest.fixture
def ticket(db: None) -> Ticket:
    causes.ensure_defaults()
    return make_ticket(make_survey(), 5, contact=make_contact(1))


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_has_its_entry_and_none_is_kept_without(
    ticket: Ticket, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_user("bea")

    def refuse(*_args: object, **_data: object) -> None:
        raise ZeroDivisionError

    def owed() -> dict[str, str]:
        """What belongs to tickets; the changed answer itself is another transaction."""
        return {table: digest for table, digest in contents().items() if table.startswith("followup_")}

    before = owed()
    with monkeypatch.context() as without_history:
        without_history.setattr(chain, "append", refuse)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            CHANGES[name](ticket, by)
    assert owed() == before

    CHANGES[name](ticket, by)
    ticket.refresh_from_db()
    assert (
        ticket.history_count
        == Activity.objects.filter(ticket=ticket).count()
        == (3 if name.startswith("promise ") or name == "discard" else 2)
    )
    assert list(chain.verify([ticket.pk])) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE followup_activity SET kind = 'note'",
        "DELETE FROM followup_activity",
        "UPDATE surveys_responsechange SET new_score = 10",
    ],
)
def test_the_database_itself_refuses_to_change_history(ticket: Ticket, statement: str) -> None:
    change_answer(ticket, 3)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_forged_history_is_found(ticket: Ticket) -> None:
    actions.add_note(ticket_id=ticket.pk, by=make_user("bea"), text="what was promised")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # as one who owns the server could
        cursor.execute("UPDATE followup_activity SET at = at + interval '1 hour' WHERE number = 2")
        cursor.execute("SET session_replication_role = DEFAULT")

    assert [fault.ticket_id for fault in chain.verify()] == [ticket.pk]


# Promise 6


@pytest.mark.django_db
def test_what_a_customer_types_is_no_header_of_a_mail() -> None:
    survey = make_survey()
    make_user("lead", "manager")
    ticket = make_ticket(
        survey,
        0,
        "x\r\nBcc: all@example.com",
        contact_name="Eve\r\nBcc: all@example.com",
        contact_email="e@example.com",
    )
    escalation.escalate(ticket.pk, ticket.deadline + SOON)

    mail = Delivery.objects.get()
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


# Promise 8


def test_people_see_what_their_teams_allow(world: World) -> None:
    stranger, outsider = Client(), client_of(make_user("zoe", "agent", all_teams=False))
    member = client_of(world.agent)
    for route in ("desk/tickets/<int:ticket_id>/", "desk/answers/<int:response_id>/"):
        address = world.pages[route][0]
        assert stranger.get(address)["Location"].startswith("/login/?next=")
        assert outsider.get(address).status_code == 404
        assert member.get(address).status_code == 200
    assert "Jensen" not in outsider.get("/desk/").content.decode()
    assert "Jensen" not in outsider.get("/desk/answers/").content.decode()


def test_every_page_of_staff_sends_a_stranger_to_the_login(world: World) -> None:
    stranger = Client()
    for route, addresses in world.pages.items():
        if route.startswith(("desk/", "setup/", "contacts/")):
            for address in addresses:
                for method in ("get", "post"):
                    sent = getattr(stranger, method)(address)
                    assert sent.status_code in {302, 405}, (address, sent.status_code)
                    assert sent.status_code == 405 or sent["Location"].startswith("/login/?next="), address


def test_no_token_stands_in_a_log(world: World) -> None:
    address = world.pages["r/<str:token>/"][0]
    update_survey(world.survey, {"status": "paused"})
    handler = next(one for one in logging.getLogger().handlers if one.get_name() == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    written = StringIO()
    before = handler.setStream(written)
    try:
        assert Client().get(address).status_code == 503
    finally:
        handler.setStream(before)

    logged = written.getvalue()
    assert "Service Unavailable: /r/…" in logged
    assert address.split("/")[2] not in logged
