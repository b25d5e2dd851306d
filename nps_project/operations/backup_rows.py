"""The rows of a dump, loaded into tables that the migrations of this release make.

Nothing that a dump says is run. pg_restore prints it as text, and of this text two kinds of lines count: the rows of a
table that is there, and the value of a sequence. So a forged dump can hold false rows, as a forged answer can, but no
program: no function, trigger or extension, and no command for psql. Servers of any release take it, too.
"""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql  # type: ignore[import-untyped]  # it ships no types

from nps_project.operations import baseline

_COPY = re.compile(rb"COPY (.+?) \((.*)\) FROM stdin;\n")
_SEQUENCE = re.compile(rb"SELECT pg_catalog\.setval\('public\.(\w+)', (\d{1,19}), (true|false)\);\n")
_END = b"\\.\n"
_AT_ONCE = 1 << 18  # bytes that are handed on together

# What is slow to keep up row by row, and is made again from the words of the database itself.
_SET_ASIDE = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace AND NOT indisunique AND NOT indisexclusion
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = 'public' AND is_generated = 'NEVER'"
)
_KEPT = "django_migrations"  # what the migrations wrote of themselves


@transaction.atomic
def replace(lines: Iterator[bytes], migrations: frozenset[tuple[str, str]]) -> list[str]:
    """Drop everything, make the tables as `migrations` leave them, and load what pg_restore prints of the data.

    Returns: tables of the dump that no migration makes; their rows are left out. Raises: what the database says of
    rows that do not fit, and ValueError for columns that are not there; nothing is changed then.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        _make_tables(migrations)
        with _quick_to_load(cursor):
            return _load(cursor, lines)


def _make_tables(migrations: frozenset[tuple[str, str]]) -> None:
    """At once where the backup has every migration of the baseline, and one by one from there."""
    baseline.apply(connection, among=migrations)
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    last = [key for key in migrations & set(nodes) if not any(child.key in migrations for child in nodes[key].children)]
    executor.migrate(sorted(last))


@contextmanager
def _quick_to_load(cursor: Any) -> Iterator[None]:
    """Empty tables without triggers, foreign keys and indexes; these are back, and hold, when the block ends."""
    cursor.execute(_TABLES)
    tables = [sql.Identifier(name) for (name,) in cursor.fetchall() if name != _KEPT]
    cursor.execute(_SET_ASIDE)
    aside = cursor.fetchall()
    for table in tables:
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
    for drop, _make in aside:
        cursor.execute(drop)
    cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))  # rows that migrations brought along
    yield
    for _drop, make in aside:
        cursor.execute(make)
    for table in tables:
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


def _load(cursor: Any, lines: Iterator[bytes]) -> list[str]:
    cursor.execute(_COLUMNS)
    known: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        known.setdefault(table, set()).add(column)
    left_out: list[str] = []
    for line in lines:
        if found := _COPY.fullmatch(line):
            rows = _rows(lines)
            table = found[1].decode().removeprefix("public.").strip('"')
            if table in known and table != _KEPT:
                columns = [name.strip(' "') for name in found[2].decode().split(",")]
                if strange := set(columns) - known[table]:
                    raise ValueError(f"{table}.{min(strange)}")
                cursor.copy_expert(_copy_into(cursor, table, columns), _Reader(rows), _AT_ONCE)
            else:
                left_out += [table] if table != _KEPT else []
                deque(rows, maxlen=0)
        elif found := _SEQUENCE.fullmatch(line):
            cursor.execute("SELECT setval(to_regclass('public.' || quote_ident(%s)), %s, %s)",
                           [found[1].decode(), int(found[2]), found[3] == b"true"])  # fmt: skip
    return left_out


def _copy_into(cursor: Any, table: str, columns: list[str]) -> str:
    statement = sql.SQL("COPY public.{} ({}) FROM STDIN WITH (ENCODING 'UTF8')").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    return str(statement.as_string(cursor.cursor))


def _rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a table's rows."""
    for line in lines:
        if line == _END:
            return
        yield line
    raise EOFError("a table without an end")


class _Reader:
    """A file object of rows, for COPY."""

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows

    def read(self, size: int) -> bytes:
        """Whole lines, `size` bytes of them or a little more; nothing at the end."""
        parts, length = [], 0
        for row in self._rows:
            parts.append(row)
            length += len(row)
            if length >= size:
                break
        return b"".join(parts)
