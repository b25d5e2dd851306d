"""/healthz and /readyz with each part taken away for real."""

import time
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from nps_project.health.models import SignOfLife
from nps_project.health.tasks import sweep_seen
from nps_project.system import views
from tests import services


def ready() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()


@pytest.fixture(autouse=True)
def nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look is a new one."""
    monkeypatch.setattr(views, "READY_FOR_S", 0.0)
    monkeypatch.setattr(views, "last_look", None)


@pytest.fixture
def started_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "started_at", time.monotonic() - 200)


def test_alive_asks_nothing_of_anyone() -> None:
    """No database mark on this test: a query would fail it."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_ready_with_everything_there(started_long_ago: None) -> None:
    sweep_seen()
    status, parts = ready()
    more = parts.pop("more")
    assert (status, parts) == (
        200, {"ready": True, "database": "ok", "broker": "ok", "migrations": "ok", "sweep": "ok"},
    )  # fmt: skip
    assert more["beat"] == "broken", "nobody sent anything here"
    assert more["disk"] in ("ok", "look")


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(179, 200), (181, 503)])
def test_a_sweep_is_wanted_in_the_last_three_minutes(started_long_ago: None, seconds: int, status: int) -> None:
    sweep_seen()
    sweep_seen()
    SignOfLife.objects.update(at=timezone.now() - timedelta(seconds=seconds))
    assert ready()[0] == status


@pytest.mark.django_db
def test_a_young_process_is_given_time_for_its_first_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "started_at", time.monotonic() - 100)
    assert ready()[0] == 200
    monkeypatch.setattr(views, "started_at", time.monotonic() - 200)
    status, parts = ready()
    assert status == 503
    assert "beat" in parts["sweep"]


@pytest.mark.django_db
def test_a_broker_that_is_gone_is_named() -> None:
    services.valkey().stop()
    try:
        status, parts = ready()
    finally:
        services.valkey().start()
    assert (status, parts["ready"], parts["database"]) == (503, False, "ok")
    assert parts["broker"].startswith("cannot be reached. ")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_is_named() -> None:
    services.postgres().stop()
    try:
        status, parts = ready()
        assert Client().get("/healthz").status_code == 200
    finally:
        connection.close()
        services.postgres().start()
    assert (status, parts["ready"], parts["broker"]) == (503, False, "ok")
    assert parts["database"].startswith("cannot be reached. ")
    assert "migrations" not in parts


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'health'")
    status, parts = ready()
    assert status == 503
    assert "manage.py migrate" in parts["migrations"]


@pytest.mark.django_db
def test_whoever_asks_whether_it_is_ready_costs_one_look_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "READY_FOR_S", 60.0)
    look = Mock(return_value={"ready": True})
    monkeypatch.setattr(views, "look_at_readiness", look)
    assert [ready()[0] for _number in range(40)] == [200] * 40
    assert look.call_count == 1
    monkeypatch.setattr(views, "READY_FOR_S", 0.0)
    assert ready()[0] == 200
    assert look.call_count == 2
