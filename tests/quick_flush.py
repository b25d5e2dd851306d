"""Empty the test database after a transactional test in a hundredth of a second, where Django's `flush` takes a fourth.

Only tables that have rows are touched, triggers and foreign keys are not asked, and what the migrations shipped comes
back as it was, with its ids. Content types and permissions stay.
"""

from io import StringIO
from typing import Any

from django.db import connection

STAY = {"django_migrations", "django_content_type", "auth_permission"}
_COLUMNS = """
SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
GROUP BY table_name
"""


class ShippedDatabase:
    """The rows of a database in which nothing was done yet, to `restore` after something was."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_COLUMNS)
            self.columns = {table: columns for table, columns in cursor.fetchall() if table not in STAY}
            self.rows = {table: _copied(cursor, table, self.columns[table]) for table in self._filled(cursor)}

    def restore(self) -> None:
        """Delete every row, and put back those that were shipped."""
        with connection.cursor() as cursor:
            deletes = "".join(f'DELETE FROM "{table}";' for table in self._filled(cursor))
            cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletes}")
            for table, rows in self.rows.items():
                cursor.copy_expert(f'COPY "{table}" ({self.columns[table]}) FROM STDIN', StringIO(rows))
            cursor.execute("COMMIT")

    def _filled(self, cursor: Any) -> list[str]:
        """The tables that have rows."""
        asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in self.columns)
        cursor.execute(asked)
        return [table for (table,) in cursor.fetchall()]


def _copied(cursor: Any, table: str, columns: str) -> str:
    cursor.copy_expert(f'COPY "{table}" ({columns}) TO STDOUT', copied := StringIO())
    return copied.getvalue()


def may_restore() -> bool:
    """Whether the role of the tests may leave triggers out; else Django's own `flush` does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
