"""Write nps_project/operations/baseline.sql: what the migrations leave of an empty database, applied one by one.

`make baseline`; docs/architecture.md says when. Starts servers of its own for it. Beside it, for the tests, stands a
digest of the dump that it was written from.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
DIGEST_OF_DUMP = ROOT / "tests" / "project" / "one_by_one.sha256"

# What pg_dump says about the session and about itself, and sequences that nothing was taken from.
_LEFT_OUT = re.compile(
    r"^(--\n-- .*\n--\n\n?|-- Dumped .*\n|\\(un)?restrict .*\n"
    r"|SET (statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_encoding"
    r"|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security"
    r"|default_tablespace|default_table_access_method) = .*;\n"
    r"|SELECT pg_catalog\.(set_config\('search_path', '', false\)|setval\('public\.\w+', 1, false\));\n)",
    re.MULTILINE,
)
# IN of a varchar, BETWEEN, and rows that differ, as PostgreSQL prints them: what it makes of that means the same, but
# is printed otherwise. tests/project/test_baseline.py finds others.
_IN = re.compile(
    r"(\(\w+\)|\(\"\w+\"\))::text = ANY \(\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]\)"
)
_BETWEEN = re.compile(r"\(\((\w+) >= (\w+)\) AND \(\1 <= (\w+)\)\)")
_WHEN = re.compile(r"WHEN (\(\(+old\..*\)\)) EXECUTE")
_DIFFERS = re.compile(r"old\.(\w+) IS DISTINCT FROM new\.\1")
_HEAD = "SET LOCAL check_function_bodies = off;  -- they may name tables that come after them\n\n"


def apply_one_by_one() -> None:
    """Apply every migration to the database of the settings, which is empty, and do nothing of what follows them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def dumped() -> str:
    """What makes the tables, functions, triggers and rows of the database of the settings, as pg_dump says it."""
    from nps_project.operations import backup

    command, environment = backup.client_command(
        "pg_dump", "--no-owner", "--no-privileges", "--column-inserts", "--exclude-table=public.django_migrations*"
    )
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\n{3,}", "\n\n", _LEFT_OUT.sub("", said)).strip() + "\n"


def digest(dump: str) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(dump.encode()).hexdigest()


def statements(dump: str) -> str:
    """What leaves a database that is dumped in the same words."""

    dump = _IN.sub(lambda found: f"{found[1]} IN ({found[2].replace('::character varying', '')})", dump)
    dump = _BETWEEN.sub(r"(\1 BETWEEN \2 AND \3)", dump)
    return _HEAD + _WHEN.sub(_of_rows, dump)


def _of_rows(found: re.Match[str]) -> str:
    parts = [_DIFFERS.fullmatch(part) for part in re.sub(r"[()]|::text", "", found[1]).split(" OR ")]
    columns = [part[1] for part in parts if part]
    if len(columns) < max(2, len(parts)):
        return found[0]
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    return f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    from tests.services import Services

    services = Services()
    services.start()
    try:
        django.setup()
        from django.db import connection, connections

        from nps_project.operations import baseline

        apply_one_by_one()
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            applied = tuple(cursor.fetchall())
        dump = dumped()
        written = baseline.Baseline(applied, baseline.digest_of(applied), statements(dump))
        baseline.FILE.write_text(str(written), encoding="utf-8")
        DIGEST_OF_DUMP.write_text(digest(dump) + "\n", encoding="utf-8")
        connections.close_all()
    finally:
        services.stop()


if __name__ == "__main__":
    main()
