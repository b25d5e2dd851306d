"""Promises 1 and 2: an answer is stored once and gets exactly one ticket, whatever dies."""

import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from followup.escalation.services import move_clocks
from followup.history import chain
from followup.models import Activity, ActivityKind, FollowUpSettings, RouteTo, RoutingRule, Stage, Ticket
from followup.playbooks import services as playbooks
from followup.statistics import follow_up_figures
from followup.tasks import open_missed_tickets, open_tickets
from followup.tickets import opening
from followup.tickets.fresh import together
from followup.tickets.fresh.new_ticket import new_ticket
from followup.tickets.opening import open_for_responses
from nps_project.accounts.models import Team
from nps_project.background import dispatch
from nps_project.background.models import PutAside
from nps_project.celery import app
from nps_project.deliveries.models import Delivery
from surveys.models import Contact, Response, Survey, Tally
from surveys.services.responses import NewAnswer, Origin, record_response
from tests import preloaded, services
from tests.factories import make_contact, make_survey, make_user
from tests.faults.programs import beat, environment, fetch, last_ran, web, worker
from tests.product import within

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STATEMENTS = 60


@pytest.fixture
def survey() -> Survey:
    return make_survey("hello")


@pytest.fixture(autouse=True)
def empty_broker() -> Iterator[None]:
    """Nothing of an earlier test waits, and the broker lives afterwards."""
    services.valkey().flushall()
    yield
    services.valkey().resume()
    services.valkey().revive()


def answer(survey: Survey, score: int, contact: Contact | None = None, hours_ago: float = 0) -> int:
    """One stored answer, as the page stores it, whose message goes nowhere."""
    at = timezone.now() - timedelta(hours=hours_ago)
    recorded = record_response(
        survey=survey,
        answer=NewAnswer(score=score, comment="late", contact_email="" if contact else "a@example.com"),
        origin=Origin("link", "en", contact_id=contact.pk if contact else None, answered_at=at, recorded_at=at),
    )
    dispatch.flush()
    services.valkey().flushall()
    return recorded.response_id


def one_whole_ticket(response_id: int) -> Ticket:
    """The ticket of an answer: one, with every step of its play, one opening, and a chain that holds."""
    ticket = Ticket.objects.get(response=response_id)
    assert ticket.steps.count() > 0
    assert ticket.steps.count() <= ticket.play.steps.count()
    assert Activity.objects.filter(ticket=ticket, kind=ActivityKind.OPENED).count() == 1
    assert list(chain.verify([ticket.pk])) == []
    return ticket


@pytest.mark.parametrize("how", ["alone", "by a rule"])
def test_a_worker_killed_at_any_statement_leaves_one_whole_ticket(survey: Survey, how: str) -> None:
    customer = make_contact(1, account_manager="manager@example.com") if how == "alone" else None
    template = "ticket_told_outside" if how == "alone" else "ticket_given"
    if how == "alone":
        FollowUpSettings.objects.create(account_manager_domains=["example.com"])
    else:
        team = Team.objects.create(name="Care")
        team.members.set([make_user(name) for name in ("ann", "bob")])
        RoutingRule.objects.create(name="All", to=RouteTo.TEAM, team=team)
    # A minute old: the message of a younger answer takes others along, by a statement more for as long as it is young.
    made = [answer(survey, 2, customer, hours_ago=1 / 60) for _number in range(MOST_STATEMENTS)]

    done = preloaded.run([sys.executable, "-m", "tests.faults.killed", *map(str, made)], environment())
    said = done.stdout.split("\n")[:-1]
    tried = len(said)

    assert said[-1] == "ended 0", done.stdout + done.stderr
    assert said[:-1] == ["killed"] * (tried - 1)
    assert tried - 1 >= 10, "so few statements open no ticket with steps, history and a mail"
    whole = Ticket.objects.filter(response__in=made[:tried]).count()
    assert whole == 2, "only the last two came as far as the commit"
    open_tickets(made[:tried])  # delivered again
    for response_id in made[:tried]:
        ticket = one_whole_ticket(response_id)
        assert Delivery.objects.filter(template=template, about__endswith=f":{ticket.pk}").count() == 1


def test_a_killed_workers_ticket_is_opened_by_the_next(survey: Survey) -> None:
    response_id = answer(survey, 0)
    with worker() as first, transaction.atomic():
        Response.objects.select_for_update().get(pk=response_id)  # it waits for this row
        open_tickets.delay([response_id])
        assert within(20, lambda: waiting_for_a_lock() == 1)
        first.kill()
    assert not Ticket.objects.exists()

    with worker():
        Response.objects.update(recorded_at=timezone.now() - timedelta(minutes=1))
        open_missed_tickets.delay()
        assert within(20, Ticket.objects.exists)
    one_whole_ticket(response_id)


def waiting_for_a_lock() -> int:
    """Sessions that wait for a row of somebody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return int(cursor.fetchone()[0])


def test_ten_workers_at_once_open_one_ticket(survey: Survey) -> None:
    response_id = answer(survey, 3)
    start = Barrier(10)

    def work() -> None:
        start.wait()
        open_for_responses([response_id, response_id])
        connection.close()

    workers = [Thread(target=work) for _number in range(10)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    one_whole_ticket(response_id)


def test_one_bad_answer_does_not_stop_the_rest(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [answer(survey, 3) for _number in range(3)]

    def fails_once(response: Response, *args: Any, **more: Any) -> Ticket:
        if response.pk == ids[1]:
            raise ZeroDivisionError
        return new_ticket(response, *args, **more)

    for how in (together, opening):
        monkeypatch.setattr(how, "new_ticket", fails_once)
    open_for_responses(ids)

    assert PutAside.objects.get(sweep="followup.open").row_id == ids[1], "the sweep tries it again"
    assert set(Ticket.objects.values_list("response", flat=True)) == {ids[0], ids[2]}
    monkeypatch.undo()
    open_for_responses(ids)
    assert Ticket.objects.count() == 3


def test_a_broker_that_lost_its_memory_loses_no_ticket(survey: Survey) -> None:
    ids = [answer(survey, score) for score in range(11)]
    for response_id in ids:
        open_tickets.delay([response_id])
    services.valkey().flushall()

    with worker():
        Response.objects.update(recorded_at=timezone.now() - timedelta(minutes=1))
        open_missed_tickets.delay()
        assert within(20, lambda: not Response.objects.unprocessed().exists())
    assert sorted(Ticket.objects.values_list("score", flat=True)) == list(range(7))


def test_after_a_day_without_beat_tickets_open_late_and_say_so(survey: Survey) -> None:
    response_id = answer(survey, 3, hours_ago=25)

    app.conf.task_always_eager = True
    try:
        open_missed_tickets()
    finally:
        app.conf.task_always_eager = False

    ticket = one_whole_ticket(response_id)
    assert ticket.first_contact_due_at == ticket.response.answered_at + timedelta(hours=24)
    assert ticket.first_contact_due_at < timezone.now()
    assert follow_up_figures(Ticket.objects.all(), at=timezone.now()).overdue == 1
    move_clocks(timezone.now())
    ticket.refresh_from_db()
    assert ticket.stage == Stage.OVERDUE


def test_a_web_process_killed_before_its_hint_went_out_loses_no_ticket(survey: Survey) -> None:
    services.valkey().pause()  # the message cannot go out
    with web() as site:
        status, seconds = fetch(f"{site.url}/s/hello/", "score=1&contact_email=a@example.com")
        assert status == 303
        assert seconds < 1
        site.program.kill()
    services.valkey().resume()
    response = Response.objects.get()
    assert not Ticket.objects.exists()

    with worker():
        Response.objects.update(recorded_at=timezone.now() - timedelta(minutes=1))
        open_missed_tickets.delay()
        assert within(20, Ticket.objects.exists)
    one_whole_ticket(response.pk)


def backends() -> set[int]:
    """The database's processes that serve others than this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor.fetchall()}


def test_a_worker_keeps_its_connections_and_leaves_those_that_are_cut(survey: Survey) -> None:
    def opens_one() -> bool:
        response_id = answer(survey, 2)
        open_tickets.delay([response_id])
        return within(20, Ticket.objects.filter(response=response_id).exists)

    before = backends()
    with worker():
        assert all(opens_one() for _number in range(12))
        assert not within(1, lambda: not backends() - before), "they are kept"
        used = backends() - before
        assert len(used) <= 4, "one for each thread"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(used)])
        assert within(10, lambda: not backends() & used)
        assert opens_one()


def test_answers_come_in_while_the_broker_is_down_and_their_tickets_after_it_is_back(
    survey: Survey, tmp_path: Path
) -> None:
    """It waits for the product's own schedule, where the sweep is due again a quarter of a minute later."""
    last_ran(tmp_path, timedelta(seconds=15))
    with web() as site, worker(), beat(tmp_path):
        for _number in range(6):  # both processes have drawn the page: what is timed is no first start
            fetch(f"{site.url}/s/hello/")
        services.valkey().stop()
        given = [fetch(f"{site.url}/s/hello/", f"score={score}&contact_email=a@example.com") for score in range(11)]
        assert [status for status, _seconds in given] == [303] * 11
        assert max(seconds for _status, seconds in given) < 1
        assert Response.objects.count() == sum(Tally.objects.values_list("count", flat=True)) == 11
        assert not Ticket.objects.exists()

        services.valkey().start()
        back = time.monotonic()
        assert within(90, lambda: Ticket.objects.count() == 7), time.monotonic() - back
    for response in Response.objects.filter(score__lte=6):
        ticket = one_whole_ticket(response.pk)
        hours = playbooks.plays_for(survey.pk)[response.score].hours
        assert hours is not None
        assert ticket.first_contact_due_at == response.answered_at + timedelta(hours=hours)
