"""What a migration uses in place of Django's own operation, where the product goes on meanwhile."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, NotInTransactionMixin
from django.db.migrations.operations import AddConstraint, AddIndex, RenameField
from django.db.models import UniqueConstraint


def _drop_broken_off(schema_editor: Any, name: str) -> None:
    """Drop the index of this name when a CREATE INDEX CONCURRENTLY of it was broken off."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE NOT indisvalid AND relname = %s AND pg_table_is_visible(pg_class.oid)",
            [name],
        )
        if cursor.fetchone():
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}")


class AddIndexWhileInUse(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY, which a second run finishes when the first was broken off.

    PostgreSQL leaves an invalid index behind then, under the name that the second run needs: it is dropped first. The
    migration says `atomic = False`, and does nothing else. In a transaction, which is where `restore` makes its tables
    and nobody uses them yet, it is a plain CREATE INDEX.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.in_atomic_block:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        _drop_broken_off(schema_editor, self.index.name)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddUniqueWhileInUse(NotInTransactionMixin, AddConstraint):
    """A UniqueConstraint with a condition, which PostgreSQL keeps as an index: made and run as AddIndexWhileInUse."""

    model_name: str  # the stubs leave out both
    constraint: UniqueConstraint

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.in_atomic_block:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        _drop_broken_off(schema_editor, self.constraint.name)
        made = str(self.constraint.create_sql(to_state.apps.get_model(app_label, self.model_name), schema_editor))
        schema_editor.execute(made.replace("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY", 1), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        name = schema_editor.quote_name(self.constraint.name)
        how = "" if schema_editor.connection.in_atomic_block else "CONCURRENTLY"
        schema_editor.execute(f"DROP INDEX {how} {name}")


class RenameInCode(RenameField):
    """Another name for a field in code alone: its column keeps its name, so old code runs on. No statement.

    Indexes that name the field are taken out before, and put back after it, by SeparateDatabaseAndState.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        field = state.models[app_label, self.model_name_lower].fields[self.old_name].clone()
        field.db_column = field.db_column or (f"{self.old_name}_id" if field.is_relation else self.old_name)
        state.alter_field(app_label, self.model_name_lower, self.old_name, field, preserve_default=True)
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing."""

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing."""
