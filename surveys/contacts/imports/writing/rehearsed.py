"""Remember in a dry run whom the parts before met, whose rows are taken back at the end of each part."""

import sqlite3
from collections.abc import Sequence
from typing import Self

from django.db import connection

from surveys.contacts.imports.rules.cells import CheckedRow, Fault
from surveys.contacts.imports.writing import statements

_NUMBER, _ADDRESS, _PHONE = "number", "address", "phone"


class Rehearsed:
    """The customers of the parts before, in a temporary file that goes with it: memory stays flat."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("CREATE TABLE met (kind, key, line, PRIMARY KEY (kind, key)) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self._file.close()

    def once(self, rows: Sequence[CheckedRow]) -> tuple[list[CheckedRow], list[Fault]]:
        """The rows that name no customer of a part before, and what is wrong with the others; as writing/parts.py's
        `once` within a part."""
        good, faults = list[CheckedRow](), list[Fault]()
        for row in rows:
            if (line := self._line_of(row)) is None:
                good.append(row)
            else:
                faults.append(Fault(row.line, "twice", detail=str(line)))
        return good, faults

    def _line_of(self, row: CheckedRow) -> int | None:
        keys = ((_NUMBER, row.external_id), (_ADDRESS, row.email))
        given: list[tuple[str, str | None]] = [(kind, key) for kind, key in keys if key] or [(_PHONE, row.digits)]
        for kind, key in given:
            found = self._file.execute("SELECT line FROM met WHERE kind = ? AND key = ?", (kind, key)).fetchone()
            if found is not None:
                return int(found[0])
        return None

    def remember(self, run_id: int) -> None:
        """Whom the part that is just written met, before it is taken back."""
        with connection.cursor() as cursor:
            cursor.execute(statements.KNOWN_BY, {"run": run_id})
            rows = cursor.fetchall()
        self._file.execute("BEGIN")
        self._file.executemany(
            "INSERT OR IGNORE INTO met VALUES (?, ?, ?)",
            [
                (kind, key, line)
                for line, *keys in rows
                for kind, key in zip((_NUMBER, _ADDRESS, _PHONE), keys, strict=True)
                if key
            ],
        )
        self._file.execute("COMMIT")
