"""manage.py migrate while others use the tables: it gives up after a moment, and a second run goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from django.db.models import Index

from nps_project.background.models import PutAside
from nps_project.common.migration_operations import AddIndexWhileInUse, RenameInCode

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_program() -> Iterator[Any]:
    """A cursor of another connection, in a transaction that ends with the block."""
    told = connection.get_connection_params()
    other = psycopg2.connect(**{word: told[word] for word in ("dbname", "user", "host", "port") if word in told})
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


def value(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def migrated_again() -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


def test_a_lock_that_cannot_be_had_is_named_and_a_second_run_goes_on(migrated_again: None) -> None:
    is_there = "SELECT to_regclass('background_putaside') IS NOT NULL"
    with another_program() as cursor:
        cursor.execute("SELECT count(*) FROM background_putaside")  # and is not done with it
        with pytest.raises(CommandError, match=r"background\.0001_rows_put_aside waited 0\.2 s .* Run migrate again"):
            call_command("migrate", "background", "zero", lock_timeout=0.2, verbosity=0)
        assert value(is_there)
    assert value("SHOW lock_timeout") == "0", "what comes after it in this process waits as before"
    call_command("migrate", "background", "zero", lock_timeout=0.2, verbosity=0)
    assert not value(is_there)


def test_what_the_database_refuses_is_named_with_its_migration(migrated_again: None) -> None:
    call_command("migrate", "background", "zero", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE background_putaside (id int)")
    refused = r"^The database refused background\.0001_rows_put_aside: relation \"background_putaside\" already exists$"
    try:
        with pytest.raises(CommandError, match=refused):
            call_command("migrate", "background", verbosity=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE background_putaside")


def test_a_concurrent_index_waits_for_others_and_is_finished_by_a_second_run() -> None:
    index = Index(fields=["first_at"], name="made_in_two_runs")
    operation = AddIndexWhileInUse("putaside", index)
    before = ProjectState.from_apps(PutAside._meta.apps)
    after = before.clone()
    operation.state_forwards("background", after)
    state_of = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'made_in_two_runs'::regclass"

    class OfTomorrow(Migration):
        operations = [operation]
        atomic = False

    migration = OfTomorrow("0099_of_tomorrow", "background")
    with another_program() as cursor:
        cursor.execute("INSERT INTO background_putaside (sweep, row_id, failures, retry_at, error, message, first_at)"
                       " VALUES ('a', 1, 1, now(), '', '', now())")  # fmt: skip
        with connection.cursor() as own:
            own.execute("SET lock_timeout = 200")  # broken off
        with pytest.raises(Exception, match="lock timeout"), connection.schema_editor(atomic=False) as editor:
            migration.apply(before.clone(), editor)
    with connection.cursor() as own:
        own.execute("RESET lock_timeout")
    assert value(state_of) is False
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(before.clone(), editor)
    assert value(state_of) is True
    with connection.cursor() as own:
        own.execute("DROP INDEX made_in_two_runs")


def test_another_name_in_code_touches_no_column_either_way() -> None:
    operation = RenameInCode("putaside", "message", "words")
    before = ProjectState.from_apps(PutAside._meta.apps)
    after = before.clone()
    operation.state_forwards("background", after)
    fields = after.models["background", "putaside"].fields
    assert "message" not in fields
    assert fields["words"].db_column == "message"
    with connection.schema_editor(collect_sql=True) as editor:
        operation.database_forwards("background", editor, before, after)
        operation.database_backwards("background", editor, after, before)
        assert editor.collected_sql == []
