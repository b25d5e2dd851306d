"""What a migration may not do while answers come in and the release before still runs beside it.

`faults` judges one migration; those up to OLDER were released before the rules were, and are not asked.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from nps_project.common.migration_operations import AddUniqueWhileInUse

OLDER = {"accounts": 4, "background": 1, "deliveries": 7, "health": 2, "web": 1, "surveys": 11, "followup": 14}
INDEX = "adds an index without CONCURRENTLY (AddIndexWhileInUse, in a migration of its own with atomic = False)"
CONSTRAINT = "adds a constraint without NOT VALID (AddConstraintNotValid, then ValidateConstraint in a later migration)"
GONE = ("drops or renames what the release before uses: leave it out of the models first (SeparateDatabaseAndState), "
        "and drop it by RunSQL a release later")  # fmt: skip
UNFILLED = "adds a column that the release before does not fill: null=True or db_default"
SQL = {
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)": INDEX,
    r"\bADD\s+CONSTRAINT\b(?!.*\bNOT\s+VALID\b)": CONSTRAINT,
    r"\bRENAME\b": GONE,
}
DROPS = r"\bDROP\s+(COLUMN|TABLE)\b"


def judge(loader: MigrationLoader, labels: list[str]) -> list[str]:
    """One line for each fault of each migration of these apps that is newer than the rules."""
    found = []
    for label, name in sorted(loader.graph.nodes):
        if label in labels and int(name.split("_")[0]) > OLDER.get(label, 0):
            before = loader.project_state((label, name), at_end=False)
            found += [f"{label}.{name} {fault}" for fault in faults(loader.graph.nodes[label, name], before)]
    return found


def faults(migration: Migration, before: ProjectState) -> list[str]:
    """What one migration does that it may not. `before`: the models as the migrations before it leave them."""
    state, own = before.clone(), set[str]()
    found: list[str] = []
    leaves_out = any(
        isinstance(part, operations.RemoveField | operations.DeleteModel)
        for operation in migration.operations
        if isinstance(operation, operations.SeparateDatabaseAndState)
        for part in operation.state_operations
    )
    for operation in migration.operations:
        for part in _of_database(operation):
            if isinstance(part, operations.CreateModel):
                own.add(part.name_lower)
            elif isinstance(part, operations.RunSQL):
                found += _of_sql(part, leaves_out, {f"{migration.app_label}_{name}" for name in own})
            elif getattr(part, "model_name_lower", getattr(part, "name_lower", "")) not in own:
                found += _of_operation(part, migration.app_label, state)
            if isinstance(part, AddIndexConcurrently | AddUniqueWhileInUse) and migration.atomic:
                found.append(INDEX)
        operation.state_forwards(migration.app_label, state)
    return found


def _of_database(operation: Operation) -> Iterator[Operation]:
    """The operation, or those that it does to the database alone."""
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for part in operation.database_operations:
            yield from _of_database(part)
    else:
        yield operation


def _of_sql(operation: operations.RunSQL, leaves_out: bool, own: set[str]) -> Iterator[str]:
    """Of statements, but those about the migration's `own` tables."""
    statements = operation.sql if isinstance(operation.sql, list | tuple) else [operation.sql]
    for statement in (part for one in statements for part in str(one[0] if isinstance(one, tuple) else one).split(";")):
        if own & set(re.findall(r"\w+", statement)):
            continue
        for pattern, fault in SQL.items():
            if re.search(pattern, statement, re.IGNORECASE | re.DOTALL):
                yield fault
        if leaves_out and re.search(DROPS, statement, re.IGNORECASE):
            yield GONE


def _of_operation(operation: Any, label: str, state: ProjectState) -> Iterator[str]:
    """Of one that changes a table which an earlier migration made. Renames of models and fields alone are none."""
    match operation:
        case AddIndexConcurrently() | AddUniqueWhileInUse() | AddConstraintNotValid():
            pass
        case operations.AddIndex():
            yield INDEX
        case operations.AddConstraint():
            constraint = operation.constraint  # type: ignore[attr-defined]  # the stubs leave it out
            yield INDEX if isinstance(constraint, models.UniqueConstraint) else CONSTRAINT
        case operations.AlterUniqueTogether() if operation.unique_together:
            yield INDEX
        case operations.AddField():
            yield from _of_new_field(operation.field)
        case operations.AlterField():
            earlier = state.models[label, operation.model_name_lower].fields[operation.name]
            if _is_indexed(operation.field) and not _is_indexed(earlier):
                yield INDEX
            if earlier.null and not operation.field.null:
                yield CONSTRAINT
            if _column(operation.name, earlier) != _column(operation.name, operation.field):
                yield GONE
        case operations.RenameField():
            if not state.models[label, operation.model_name_lower].fields[operation.old_name].db_column:
                yield GONE
        case operations.RenameModel():
            if not state.models[label, operation.old_name_lower].options.get("db_table"):
                yield GONE
        case operations.AlterModelTable():
            usual = f"{label}_{operation.name_lower}"
            if (operation.table or usual) != state.models[label, operation.name_lower].options.get("db_table", usual):
                yield GONE
        case operations.RemoveField() | operations.DeleteModel():
            yield GONE


def _of_new_field(field: Any) -> Iterator[str]:
    if field.many_to_many:  # a table of its own
        return
    if _is_indexed(field):
        yield INDEX
    if getattr(field, "db_constraint", False):
        yield CONSTRAINT
    if not (field.null or field.has_db_default() or field.generated):
        yield UNFILLED


def _is_indexed(field: Any) -> bool:
    """Whether Django makes an index for the column, or a unique constraint."""
    return not field.many_to_many and bool(field.db_index or field.unique)


def _column(name: str, field: Any) -> str:
    return str(field.db_column or (f"{name}_id" if field.is_relation else name))
