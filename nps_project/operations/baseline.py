"""Every table at once where `migrate` or `restore` begins with an empty database, in a second and not by 200 steps.

baseline.sql has what the migrations named in its head leave of an empty database: tables, functions, triggers, and the
rows that they ship. Newer migrations come after it one by one, as in any upgrade. It is used while these migrations are
byte for byte those that it was written from; else, and where the database refuses it, all go one by one.
"""

import hashlib
import inspect
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

FILE = Path(__file__).with_name("baseline.sql")
Key = tuple[str, str]  # app and name of a migration

# The statements name the schema, and leave alone what somebody has there.
_IS_EMPTY = """
SELECT current_schema() = 'public'
   AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('public'))
"""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The migrations in the order in which they were applied, a digest of their files, and what they leave as SQL."""

    migrations: tuple[Key, ...]
    digest: str
    statements: str

    def __str__(self) -> str:
        """As in the file."""
        head = ["Written by `make baseline`; what these migrations leave of an empty database:", self.digest]
        lines = [*head, *(f"{app}.{name}" for app, name in self.migrations)]
        return "".join(f"-- {line}\n" for line in lines) + "\n" + self.statements


def read() -> Baseline:
    """What is shipped."""
    head, _blank, statements = FILE.read_text(encoding="utf-8").partition("\n\n")
    _words, digest, *names = (line.removeprefix("-- ") for line in head.splitlines())
    keys = (name.partition(".") for name in names)
    return Baseline(tuple((app, migration) for app, _dot, migration in keys), digest, statements)


def digest_of(migrations: Collection[Key]) -> str:
    """Of their files, as far as they are here."""
    digest, loader = hashlib.sha256(), MigrationLoader(None, load=False)
    loader.load_disk()
    for key in migrations:
        if found := loader.disk_migrations.get(key):
            digest.update(Path(inspect.getfile(type(found))).read_bytes())
    return digest.hexdigest()


def fitting(connection: Any) -> Baseline | None:
    """The baseline, when the database is empty and the migrations are those that it was written from."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_EMPTY)
        if not cursor.fetchone()[0]:
            return None
    found = read()
    return found if found.digest == digest_of(found.migrations) else None


def apply(connection: Any, among: Collection[Key] | None = None) -> int:
    """Make the tables at once, if that can be. Returns: how many migrations that spares.

    `among`: these alone may be applied. What the database refuses leaves it as it was.
    """
    found = fitting(connection)
    if found is None or (among is not None and not set(found.migrations).issubset(among)):
        return 0
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(found.statements)
            recorder = MigrationRecorder(connection)
            recorder.ensure_schema()
            recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in found.migrations)
    except DatabaseError:
        return 0
    return len(found.migrations)
