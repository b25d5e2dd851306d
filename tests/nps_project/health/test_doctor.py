"""What is wrong with an installation is found and explained: on the terminal, on a page, in /metrics."""

import json
import re
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from followup.models import Ticket
from nps_project.accounts.keys import create_api_key
from nps_project.background import heartbeat_signals
from nps_project.background.queues import QUEUES
from nps_project.background.schedule import SCHEDULE
from nps_project.deliveries import health
from nps_project.deliveries.models import Delivery, Status
from nps_project.health import checks, checks_machine, heartbeats
from nps_project.health.checks import Check, CheckResult, State
from nps_project.health.models import EventCount, SignOfLife
from surveys.models import Response
from tests import services
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def doctor() -> tuple[int, dict[str, dict[str, str]]]:
    """(exit status, what it says of each part)."""
    said = StringIO()
    status = 0
    try:
        call_command("doctor", "--json", stdout=said)
    except SystemExit as end:
        status = int(str(end.code))
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    return status, {line.pop("part"): line for line in lines}


@pytest.fixture
def alive(settings: Any) -> None:
    """Everybody was seen a moment ago, and the addresses are those of a company."""
    names = {heartbeats.BEAT, heartbeats.SWEEP} | {f"{heartbeats.QUEUE}{queue}" for queue in QUEUES}
    heartbeats.seen(names | {f"{heartbeats.TASK}{entry['task']}" for entry in SCHEDULE.values()})
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://nps.firma.dk", ["nps.firma.dk", "testserver"]
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_machine, "LITTLE_BYTES", 0)
    monkeypatch.setattr(checks_machine, "LITTLE_SHARE", 0.0)


def test_a_well_installation(alive: None, room: None) -> None:
    status, parts = doctor()
    assert {part for part, told in parts.items() if told["state"] == State.BROKEN} == set()
    assert {part for part, told in parts.items() if told["advice"]} == {"database", "mail"}, "fsync is off in tests"
    assert status == 0
    assert parts["database"]["says"].startswith("PostgreSQL ")
    assert parts["broker"]["says"].startswith(("Valkey", "Redis"))


def age(name: str, minutes: float) -> None:
    assert SignOfLife.objects.filter(name=name).update(at=timezone.now() - timedelta(minutes=minutes)) == 1


def test_a_worker_that_is_gone_is_named_with_its_lane_and_the_command(alive: None) -> None:
    age("lane:bulk", 4)
    status, parts = doctor()
    assert status == 1
    assert parts["worker"]["state"] == State.BROKEN
    assert parts["worker"]["advice"].endswith("celery -A nps_project worker --queues bulk")
    assert "sweeps" not in parts, "they follow from the worker"


def test_a_beat_that_is_gone_is_named_and_not_blamed_on_the_worker(alive: None) -> None:
    for name in SignOfLife.objects.values_list("name", flat=True):
        age(name, 9)
    _status, parts = doctor()
    assert (parts["beat"]["state"], parts["worker"]["state"]) == (State.BROKEN, State.LOOK)
    assert "9\xa0minutes ago" in parts["beat"]["says"]


def test_after_a_start_each_lane_is_given_its_turn(alive: None) -> None:
    SignOfLife.objects.exclude(name=heartbeats.BEAT).delete()
    assert doctor()[1]["worker"]["state"] == State.BROKEN
    heartbeats.seen([heartbeats.BEAT_BEGAN])
    parts = doctor()[1]
    assert (parts["worker"]["state"], parts["sweeps"]["state"]) == (State.OK, State.OK)


def test_a_sweep_that_fails_is_named(alive: None) -> None:
    age("task:followup.move_clocks", 7)
    assert doctor()[1]["sweeps"]["says"] == "followup.move_clocks (7\xa0minutes ago)"


def test_a_task_of_the_schedule_leaves_its_sign_and_beat_its_own() -> None:
    heartbeats.written_at.clear()

    class Task:
        name = "followup.move_clocks"

        class request:  # noqa: N801  (as celery calls it)
            delivery_info = {"routing_key": "urgent"}

    heartbeat_signals.task_ran(Task)
    heartbeat_signals.beat_sent()
    assert set(heartbeats.last_seen()) == {"task:followup.move_clocks", "lane:urgent", "beat"}


def test_answers_without_their_tickets_are_found(alive: None) -> None:
    answer = make_answer(make_survey(), 2)
    assert doctor()[1]["answers"]["state"] == State.OK
    Response.objects.filter(pk=answer.pk).update(recorded_at=timezone.now() - timedelta(minutes=5))
    told = doctor()[1]["answers"]
    assert (told["state"], told["says"]) == (State.BROKEN, "the oldest answer without its ticket is 5\xa0minutes old")


@pytest.mark.parametrize(
    ("site", "hosts", "proxies", "state", "advice"),
    [
        ("https://nps.firma.dk", ["nps.firma.dk"], ["10.0.0.0/8"], State.OK, ""),
        ("https://nps.firma.dk", [".firma.dk"], ["10.0.0.0/8"], State.OK, ""),
        ("https://nps.firma.dk", ["firma.dk"], ["10.0.0.0/8"], State.BROKEN, "ALLOWED_HOSTS"),
        ("https://nps.firma.dk", ["nps.firma.dk"], [], State.BROKEN, "TRUSTED_PROXIES"),
        ("http://nps.firma.dk", ["nps.firma.dk"], [], State.LOOK, "https"),
        ("http://localhost:8000", ["localhost"], [], State.LOOK, "SITE_URL"),
        ("http://[::1]:8000", ["[::1]"], [], State.LOOK, "SITE_URL"),
        ("http://0.0.0.0:8000", ["0.0.0.0"], [], State.LOOK, "SITE_URL"),  # where it listens, and no address to call
    ],
)
def test_addresses(settings: Any, site: str, hosts: list[str], proxies: list[str], state: State, advice: str) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES = site, hosts, proxies
    found = checks_machine.addresses()
    assert found.state == state
    assert advice in found.hint


def test_a_directory_that_takes_no_file_and_one_that_is_nearly_full(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks_machine, "LITTLE_SHARE", 1.1)
    assert checks_machine.disk().state == State.LOOK
    settings.VAR_DIR = tmp_path / "gone"
    assert checks_machine.disk().state == State.BROKEN


def test_a_clock_that_went_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks_machine.clock().state == State.OK
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 61)
    found = checks_machine.clock()
    assert found.state == State.BROKEN
    assert "61.0 s apart" in found.message


def test_a_mail_server_that_is_not_there(settings: Any) -> None:
    settings.MAIL_IS_STORED_ONLY = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    found = health.mail()
    assert (found.state, found.message) == (State.BROKEN, "127.0.0.1:1: ConnectionRefusedError")


def test_mail_that_was_given_up_or_waits_too_long(alive: None) -> None:
    def deliver(status: str, minutes: int) -> None:
        queued = timezone.now() - timedelta(minutes=minutes)
        Delivery.objects.create(
            status=status, dedupe_key=f"{status}{minutes}", to_address="a@example.com", queued_at=queued
        )

    deliver(Status.SENT, 60)
    deliver(Status.FAILED, 60 * 30)
    deliver(Status.QUEUED, 3)
    assert doctor()[1]["deliveries"] == {
        "state": "ok", "says": "1 waiting, 0 not delivered in the last day", "advice": "",
    }  # fmt: skip
    deliver(Status.QUEUED, 20)
    assert doctor()[1]["deliveries"]["state"] == State.LOOK
    deliver(Status.FAILED, 30)
    assert doctor()[1]["deliveries"]["says"] == "2 waiting, 1 not delivered in the last day"


@pytest.mark.parametrize(("server", "part"), [("valkey", "broker"), ("postgres", "database")])
@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_gone_costs_one_line_and_none_that_follows_from_it(server: str, part: str) -> None:
    getattr(services, server)().stop()
    try:
        status, parts = doctor()
    finally:
        connection.close()
        getattr(services, server)().start()
    assert status == 1
    assert parts[part]["state"] == State.BROKEN
    assert parts[part]["advice"]
    assert not {"worker", "beat", "sweeps"} & parts.keys()
    assert {"disk", "addresses", "static"} <= parts.keys()


def test_a_look_that_fails_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> CheckResult:
        raise RuntimeError("no such thing\nand more")

    made = [Check("odd", "Odd", fail), Check("after", "After", lambda: CheckResult(State.OK, "fine"), needs=("odd",))]
    monkeypatch.setattr(checks, "CHECKS", [*made, Check("other", "Other", lambda: CheckResult(State.OK, "fine"))])
    found = {check.part: result for check, result in checks.run_checks(thoroughly=True)}
    assert found == {
        "odd": CheckResult(State.BROKEN, "RuntimeError: no such thing"), "other": CheckResult(State.OK, "fine"),
    }  # fmt: skip


def test_the_page_shows_the_same_to_admins_alone(alive: None) -> None:
    age("lane:bulk", 4)
    for role, status in (("viewer", 403), ("manager", 403), ("admin", 200)):
        page = client_of(make_user(role, role)).get("/setup/system/")
        assert page.status_code == status
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    assert "Something is broken." in text
    for told in doctor()[1].values():
        assert told["advice"] in text
    assert client_of(make_user("other", "admin")).get("/setup/").content.count(b"/setup/system/") == 2


def figures(page: bytes) -> dict[str, float]:
    pairs = (line.rsplit(" ", 1) for line in page.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_metrics_tell_what_the_database_knows(django_assert_max_num_queries: Any) -> None:
    survey = make_survey()
    make_answer(survey, 9)
    make_answer(survey, 3)
    late = make_ticket(survey, 2, contact=make_contact(1))
    Ticket.objects.filter(pk=late.pk).update(first_contact_due_at=timezone.now() - timedelta(hours=1))
    heartbeats.count("wakeups_dropped", 3)
    heartbeats.count("wakeups_dropped", 4)
    heartbeats.seen(["task:followup.move_clocks"])
    Delivery.objects.all().delete()
    Delivery.objects.create(dedupe_key="x", to_address="a@example.com")
    with django_assert_max_num_queries(24):
        found = figures(Client().get("/metrics").content)
    assert found['winback_answers{group="detractor"}'] == 2
    assert found['winback_answers{group="promoter"}'] == 1
    assert found['winback_tickets_open{clock="overdue"}'] == 1
    assert found["winback_oldest_unopened_answer_seconds"] > 0
    assert found['winback_deliveries{state="queued"}'] == 1
    assert found['winback_deliveries{state="sent"}'] == 0
    assert 0 <= found['winback_sweep_lag_seconds{task="followup.move_clocks"}'] < 60
    assert found["winback_wakeups_dropped_total"] == 7
    assert found['winback_up{part="followup"}'] == found['winback_up{part="nps_project"}'] == 1


def test_metrics_are_for_this_machine_and_for_keys() -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    assert Client(REMOTE_ADDR="203.0.113.7").get("/metrics").status_code == 401
    _row, key = create_api_key(name="prometheus", scope="read")
    _row, narrow = create_api_key(name="narrow", scope="read", survey_id=make_survey().pk)
    outside = Client(REMOTE_ADDR="203.0.113.7")
    assert outside.get("/metrics", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert outside.get("/metrics", headers={"Authorization": f"Bearer {narrow}"}).status_code == 401
    refused = outside.get("/metrics", headers={"Authorization": "Bearer wb_x"})
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')
    assert Client().post("/metrics").status_code == 405


def test_a_count_is_kept_by_whoever_counts() -> None:
    heartbeats.count("a", 1)
    heartbeats.count("b", 1)
    heartbeats.count("a", 2)
    assert dict(EventCount.objects.values_list("name", "number")) == {"a": 3, "b": 1}
