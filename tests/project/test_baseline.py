"""An empty database gets all tables at once: those that the migrations make one by one."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import baseline as writer  # .ci/baseline.py
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from nps_project.health.checks_servers import missing_migrations
from nps_project.operations import backup_rows, baseline
from tests import kept_cluster
from tests.databases import connected_to, empty_database
from tests.sizes import FULL

PRINTED_OTHERWISE = """Both ways leave something else. Was a migration changed, or the baseline? Then: make baseline.
Do conditions differ in parentheses and casts alone? PostgreSQL prints them otherwise once it read what it printed:
write them in the migration as it prints them, or teach `statements` in .ci/baseline.py another form.
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty() -> Iterator[None]:
    """Django's connection leads to an empty database."""
    with empty_database("at_once") as name, connected_to(name):
        yield


def recorded() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def left_one_by_one() -> str:
    """What single steps leave of an empty database. It takes a quarter of a minute, so it is kept between sessions."""
    kept = kept_cluster.KEPT / f"one-by-one-{kept_cluster.fingerprint()}.sql"
    if not kept.exists():
        for older in kept.parent.glob("one-by-one-*"):
            older.unlink(missing_ok=True)
        with empty_database("one_by_one") as name, connected_to(name):
            writer.apply_one_by_one()
            kept.write_text(writer.dumped(), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def test_both_ways_leave_the_same(empty: None) -> None:
    """Tables with their columns in order, constraints, indexes, functions, triggers, sequences and shipped rows.

    What single steps leave is known by a digest, which `make baseline` writes beside what it writes. They are taken
    when something else is found, when a migration is newer than the baseline, and in `make faults`.
    """
    assert baseline.apply(connection) == len(baseline.read().migrations)
    executor = MigrationExecutor(connection)
    newer = set(executor.loader.graph.nodes) - set(baseline.read().migrations)
    executor.migrate(executor.loader.graph.leaf_nodes())
    found = writer.dumped()
    known = writer.DIGEST_OF_DUMP.read_text(encoding="utf-8").strip()
    if FULL or newer or writer.digest(found) != known:
        expected = left_one_by_one()
        differ = list(unified_diff(expected.splitlines(), found.splitlines(), "one by one", "at once", n=0))
        assert found == expected, PRINTED_OTHERWISE + "\n".join(differ[:12])
    assert recorded() == set(executor.loader.graph.nodes)
    assert missing_migrations() == 0


def test_the_command_begins_with_it_and_a_second_run_finds_nothing_to_do(
    empty: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("migrate")
    assert f"Made the tables of {len(baseline.read().migrations)} migrations at once." in capsys.readouterr().out
    call_command("migrate", check_unapplied=True)  # exits 1 when something is missing
    said = capsys.readouterr().out
    assert "at once" not in said


def test_other_errands_make_no_table(empty: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("migrate", plan=True)
    assert "surveys.0001_initial" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("migrate", check_unapplied=True)
    assert tables() == []


def test_a_database_that_has_something_is_left_as_it_is(empty: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_somebody_else (id int)")
    assert baseline.apply(connection) == 0
    assert tables() == ["of_somebody_else"]


def test_other_migrations_than_those_it_was_written_from_go_one_by_one(
    empty: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = baseline.read()
    for migrations, digest in (
        (shipped.migrations, "0" * 64),
        ((("surveys", "0001_of_nobody"), *shipped.migrations[1:]), shipped.digest),
    ):
        file = tmp_path / "baseline.sql"
        file.write_text(str(baseline.Baseline(migrations, digest, shipped.statements)), encoding="utf-8")
        monkeypatch.setattr(baseline, "FILE", file)
        assert baseline.apply(connection) == 0
        assert tables() == []


def test_what_the_database_refuses_leaves_it_empty(
    empty: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = baseline.read()
    file = tmp_path / "baseline.sql"
    refused = shipped.statements + "CREATE TABLE surveys_survey (id int);\n"
    file.write_text(str(baseline.Baseline(shipped.migrations, shipped.digest, refused)), encoding="utf-8")
    monkeypatch.setattr(baseline, "FILE", file)
    assert baseline.apply(connection) == 0
    assert tables() == []


def test_a_backup_from_before_the_baseline_gets_the_tables_of_its_own_release(empty: None) -> None:
    older = frozenset({("contenttypes", "0001_initial"), ("health", "0001_initial")})
    assert not older.issuperset(baseline.read().migrations)
    backup_rows.replace(iter(()), older)
    assert recorded() == older


def test_the_file_says_what_is_read_from_it() -> None:
    assert str(baseline.read()) == baseline.FILE.read_text(encoding="utf-8")
