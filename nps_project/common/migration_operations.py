"""What a migration uses in place of Django's own operation, where the product goes on meanwhile."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex, RenameField


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
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                " WHERE NOT indisvalid AND relname = %s AND pg_table_is_visible(pg_class.oid)",
                [self.index.name],
            )
            if cursor.fetchone():
                name = schema_editor.quote_name(self.index.name)
                schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)


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
