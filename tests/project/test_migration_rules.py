"""What a migration may not do while answers come in, and the release before runs beside it."""

from typing import Any

import migration_rules
import pytest
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from migration_rules import CONSTRAINT, GONE, INDEX, UNFILLED

from nps_project.common.migration_operations import AddIndexWhileInUse, AddUniqueWhileInUse

SCORE = models.CheckConstraint(condition=models.Q(score__lt=11), name="score_in_range")
ONCE = models.UniqueConstraint(fields=["score"], name="score_once")
Fields = list[tuple[str, "models.Field[Any, Any]"]]
OTHER: Fields = [("id", models.BigAutoField(primary_key=True)), ("score", models.IntegerField())]
TABLE = operations.CreateModel("Other", OTHER)


@pytest.fixture
def before() -> ProjectState:
    """A table that an earlier migration made."""
    state = ProjectState()
    fields: Fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("score", models.IntegerField(null=True)),
        ("state", models.TextField(db_column="state_then")),
    ]
    operations.CreateModel("Answer", fields).state_forwards("surveys", state)
    return state


def index(name: str = "by_score") -> models.Index:
    return models.Index(fields=["score"], name=name)


def faults(before: ProjectState, *done: Operation, atomic: bool = False) -> list[str]:
    migration = Migration("0099_of_tomorrow", "surveys")
    migration.atomic = atomic  # type: ignore[misc]  # one made here has no class of its own
    migration.operations = list(done)  # type: ignore[misc]
    return migration_rules.faults(migration, before)


@pytest.mark.parametrize(
    ("done", "fault"),
    [
        (operations.AddIndex("answer", index()), INDEX),
        (operations.RunSQL("CREATE INDEX by_score ON surveys_answer (score)"), INDEX),
        (operations.RunSQL(["SELECT 1", ("CREATE UNIQUE INDEX u ON surveys_answer (score)", None)]), INDEX),
        (operations.AddField("answer", "at", models.DateTimeField(null=True, db_index=True)), INDEX),
        (operations.AlterField("answer", "score", models.IntegerField(null=True, unique=True)), INDEX),
        (operations.AddConstraint("answer", ONCE), INDEX),
        (operations.AddConstraint("answer", SCORE), CONSTRAINT),
        (operations.AlterField("answer", "score", models.IntegerField()), CONSTRAINT),
        (operations.RunSQL("ALTER TABLE surveys_answer ADD CONSTRAINT c CHECK (score < 11)"), CONSTRAINT),
        (operations.RemoveField("answer", "score"), GONE),
        (operations.RenameField("answer", "score", "points"), GONE),
        (operations.AlterField("answer", "score", models.IntegerField(null=True, db_column="points")), GONE),
        (operations.DeleteModel("Answer"), GONE),
        (operations.RenameModel("Answer", "Reply"), GONE),
        (operations.AlterModelTable("answer", "replies"), GONE),
        (operations.RunSQL("ALTER TABLE surveys_answer RENAME COLUMN score TO points"), GONE),
        (operations.AddField("answer", "comment", models.TextField(default="")), UNFILLED),
        (operations.SeparateDatabaseAndState([operations.AddIndex("answer", index())]), INDEX),
    ],
)
def test_what_stands_in_the_way_is_refused(before: ProjectState, done: Operation, fault: str) -> None:
    assert faults(before, done) == [fault]


@pytest.mark.parametrize(
    "done",
    [
        AddIndexWhileInUse("answer", index()),
        AddUniqueWhileInUse("answer", ONCE),
        operations.RunSQL("CREATE INDEX CONCURRENTLY by_score ON surveys_answer (score)"),
        AddConstraintNotValid("answer", SCORE),
        operations.RunSQL("ALTER TABLE surveys_answer ADD CONSTRAINT c CHECK (score < 11) NOT VALID"),
        operations.AddField("answer", "comment", models.TextField(db_default="")),
        operations.AddField("answer", "others", models.ManyToManyField("surveys.answer")),
        operations.AlterModelTable("answer", "surveys_answer"),
        operations.RenameField("answer", "state", "condition"),
        operations.AlterField("answer", "score", models.IntegerField(null=True, db_column="score")),
        operations.AddField("answer", "at", models.DateTimeField(null=True)),
        operations.SeparateDatabaseAndState(state_operations=[operations.RemoveField("answer", "score")]),
        operations.RunSQL("ALTER TABLE surveys_answer DROP COLUMN left_out_a_release_ago"),
    ],
)
def test_what_keeps_nobody_waiting_is_not(before: ProjectState, done: Operation) -> None:
    assert faults(before, done) == []


def test_an_index_that_keeps_nobody_waiting_is_made_outside_a_transaction(before: ProjectState) -> None:
    for made in (AddIndexWhileInUse("answer", index()), AddUniqueWhileInUse("answer", ONCE)):
        assert faults(before, made, atomic=True) == [INDEX]


def test_a_table_of_the_same_migration_takes_anything(before: ProjectState) -> None:
    assert faults(before, TABLE, operations.AddIndex("other", index()), operations.AddConstraint("other", SCORE),
                  operations.RunSQL("CREATE INDEX more ON surveys_other (score)")) == []  # fmt: skip


def test_a_model_gets_another_name_when_its_table_keeps_its_own(before: ProjectState) -> None:
    kept = operations.AlterModelTable("Answer", "surveys_answer")
    assert faults(before, kept, operations.RenameModel("Answer", "Reply")) == []


def test_a_column_leaves_the_models_one_release_and_the_database_another(before: ProjectState) -> None:
    left_out = operations.SeparateDatabaseAndState(state_operations=[operations.RemoveField("answer", "score")])
    assert faults(before, left_out, operations.RunSQL("ALTER TABLE surveys_answer DROP COLUMN score")) == [GONE]


def test_migrations_of_before_the_rules_are_not_asked_and_newer_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = MigrationLoader(None)
    assert migration_rules.judge(loader, ["surveys"]) == []
    monkeypatch.setitem(migration_rules.OLDER, "surveys", 10)
    assert any(line.startswith("surveys.0011_find_by_folded_words ") for line in
               migration_rules.judge(loader, ["surveys"]))  # fmt: skip
