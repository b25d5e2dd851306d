"""`python -m tests.bench.contacts_file product|floor FILE`: import a file of contacts into DATABASE_URL's database.

`product` does what `manage.py import_contacts` does; `floor` is the least that stores the same rows: read the CSV, COPY
it into a temporary table, one upsert. Prints one line of JSON: seconds, contacts, and the most memory it took.
"""

import csv
import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django

HEADER = ("external_id", "email", "phone", "name", "language", "company", "value", "trait.plan")
_UPSERT = """
INSERT INTO surveys_contact AS c (external_id, email, phone, name, language, account_manager, value, traits, created_at)
SELECT external_id, lower(email), phone, name, language, '', value,
    jsonb_build_object('company', company, 'plan', plan),
    now()
FROM plain_contacts
ON CONFLICT (external_id) WHERE survey_id IS NULL DO UPDATE SET
    email = excluded.email, phone = excluded.phone, name = excluded.name, language = excluded.language,
    value = excluded.value, traits = c.traits || excluded.traits
"""


def write(path: Path, rows: int) -> None:
    """A file of so many customers, a hundred of each company."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow((f"K{number}", f"customer{number}@example.com", f"+31 6 {10_000_000 + number}",
                             f"Søren Customer {number}", ("en", "nl", "da")[number % 3], f"Company {number // 100}",
                             f"{number % 5000}.50", ("gold", "silver")[number % 2]))  # fmt: skip


class _Stream(io.TextIOBase):
    """A text file of what a generator gives, for COPY."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces, self._rest = pieces, ""

    def read(self, size: int | None = -1) -> str:
        """At most `size` characters."""
        most = 8192 if size is None or size < 0 else size
        if not self._rest:
            self._rest = next(self._pieces, "")
        found, self._rest = self._rest[:most], self._rest[most:]
        return found


def _rewritten(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        while True:
            text = io.StringIO()
            writer = csv.writer(text)
            for _number, row in zip(range(1000), reader, strict=False):
                writer.writerow(row)
            if not text.tell():
                return
            yield text.getvalue()


def floor(path: Path) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE plain_contacts (external_id text, email text, phone text, name text, language text,"
            " company text, value numeric(14,2), plan text) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY plain_contacts FROM STDIN (FORMAT csv)", _Stream(_rewritten(path)))
        cursor.execute(_UPSERT)


def product(path: Path) -> None:
    from django.utils import timezone

    from surveys.contacts.imports import parts, services
    from surveys.contacts.imports.models import ContactImport

    with path.open("rb") as file:
        run = parts.store(file, path.name)
    services.start(run_id=run.pk, chosen=services.matching_of(run))
    while services.work(run.pk, timezone.now()) and ContactImport.objects.filter(pk=run.pk, state="running").exists():
        pass
    run = ContactImport.objects.get(pk=run.pk)
    assert (run.state, run.bad) == ("finished", 0), run


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    from surveys.models import Contact

    began = time.monotonic()
    {"product": product, "floor": floor}[sys.argv[1]](Path(sys.argv[2]))
    took = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "contacts": Contact.objects.count(), "memory_mb": memory}))


if __name__ == "__main__":
    main()
