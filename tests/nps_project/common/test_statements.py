"""Statements that a customer waits for: planned once by each connection, and done once whatever the connection does."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from nps_project.common.statements import Part, on_a_living_connection, prepared

ADD = Part("add_up", "SELECT %s + %s", ["integer", "integer"])
MORE = Part("more", " + %s", ["integer"])


def ask(values: list[Any], *parts: Part) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        prepared(*parts).execute(cursor, values)
        found = cursor.fetchone()[0]
    return found, [query["sql"].split()[0] for query in asked.captured_queries]


@pytest.mark.django_db(transaction=True)
def test_a_connection_plans_a_statement_once_and_a_new_one_again() -> None:
    connection.close()
    assert ask([1, 2], ADD) == (3, ["PREPARE", "EXECUTE"])
    assert ask([3, 4], ADD) == (7, ["EXECUTE"])
    assert ask([3, 4, 5], ADD, MORE) == (12, ["PREPARE", "EXECUTE"])
    connection.close()
    assert ask([5, 6], ADD) == (11, ["PREPARE", "EXECUTE"])


@pytest.mark.django_db
def test_behind_a_pooler_it_is_sent_whole(settings: Any) -> None:
    settings.DATABASE_IS_POOLED = True
    assert ask([1, 2], ADD) == (3, ["SELECT"])


def _end_own_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
def test_work_is_done_again_on_a_new_connection_when_the_kept_one_is_lost() -> None:
    times = []

    def work() -> int:
        times.append(1)
        if len(times) == 1:
            _end_own_connection()
        return int(ask([1, 1], ADD)[0])

    assert on_a_living_connection(work) == 2
    assert len(times) == 2


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_fails_is_not_done_again() -> None:
    times = []

    def work() -> None:
        times.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(2)")

    with pytest.raises(OperationalError):
        on_a_living_connection(work)
    assert len(times) == 1
    connection.close()
