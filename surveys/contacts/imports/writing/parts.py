"""Write the rows of one part to the contacts, in the caller's transaction.

A row that the database refuses, since somebody took its number or address meanwhile, is found by halving the rows, and
is bad; the others are written.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from surveys import hooks
from surveys.contacts.imports.models import ContactImport
from surveys.contacts.imports.rules.cells import CheckedRow, Fault
from surveys.contacts.imports.rules.columns import MOST_TRAITS
from surveys.contacts.imports.writing import statements
from surveys.models import Contact


@dataclass(slots=True)
class Written:
    """How many contacts were made, changed, and left as they were, and which rows are bad."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: "Written") -> None:
        """Count these, too."""
        self.made += other.made
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.faults += other.faults


def write(run: ContactImport, rows: Sequence[CheckedRow], copied: str, at: datetime) -> Written:
    """Match these rows with the contacts, make and change those; the changed ones have `at` as changed_at.

    `rows`: those of `once`; `copied`: their `as_copied`.
    """
    if not rows:
        return Written()
    with connection.cursor() as cursor:
        cursor.execute(statements.CREATE)
    return _write_or_halve(run, rows, copied, at)


def once(rows: Iterable[CheckedRow]) -> tuple[list[CheckedRow], list[Fault]]:
    """The rows that name no customer whom an earlier one of these names by number, address or phone alone, and what is
    wrong with the others."""
    numbers, addresses, phones = dict[str, int](), dict[str, int](), dict[str, int]()
    good, faults = list[CheckedRow](), list[Fault]()
    for row in rows:
        number, address = row.external_id, row.email
        earlier = numbers.get(number) if number else None
        if earlier is None and address:
            earlier = addresses.get(address)
        if not (number or address) and row.digits:
            earlier = phones.get(row.digits)
        if earlier is not None:
            faults.append(Fault(row.line, "twice", detail=str(earlier)))
            continue
        if number:
            numbers[number] = row.line
        if address:
            addresses[address] = row.line
        if row.digits:
            phones.setdefault(row.digits, row.line)
        good.append(row)
    return good, faults


def _write_or_halve(run: ContactImport, rows: Sequence[CheckedRow], copied: str, at: datetime) -> Written:
    try:
        with transaction.atomic():
            return _write(run, rows, copied, at)
    except (IntegrityError, DataError):
        if len(rows) == 1:
            return Written(faults=[Fault(rows[0].line, "taken")])
    half = len(rows) // 2
    found = Written()
    for some in (rows[:half], rows[half:]):
        found.add(_write_or_halve(run, some, as_copied(some), at))
    return found


def _write(run: ContactImport, rows: Sequence[CheckedRow], copied: str, at: datetime) -> Written:
    given: dict[str, Any] = {"run": run.pk, "at": at, "team": run.team_id, "most_traits": MOST_TRAITS}
    with connection.cursor() as cursor:
        cursor.execute(statements.EMPTY)
        with connection.wrap_database_errors:  # Django wraps those of execute alone
            cursor.copy_expert(statements.COPY, io.StringIO(copied))
        cursor.execute(statements.ANALYZE)
        cursor.execute(statements.MATCH)
        met = cursor.rowcount
        if any(row.email is None and row.external_id is None for row in rows):
            cursor.execute(statements.MATCH_PHONES)
            met += cursor.rowcount
        if met:
            cursor.execute(statements.REPEATED, given)
            _hide(cursor, run)
            cursor.execute(statements.LOCK)
        if any(row.company for row in rows):
            cursor.execute(statements.COMPANIES, given)
            cursor.execute(statements.COMPANY_IDS)
        changed = _change(cursor, rows, given) if met else Written()
        cursor.execute(statements.INSERT, given)
        made = cursor.rowcount
        cursor.execute(statements.MET, given)
    return replace(changed, made=made)


def _change(cursor: Any, rows: Sequence[CheckedRow], given: Mapping[str, Any]) -> Written:
    """Change the contacts that the rows met."""
    if any(row.traits for row in rows):
        cursor.execute(statements.MERGE_TRAITS)
        cursor.execute(statements.TOO_MANY_TRAITS, given)
    cursor.execute(statements.COMPARE)
    cursor.execute(statements.UPDATE, given)
    cursor.execute(statements.COUNTS)
    changed, unchanged = cursor.fetchone()
    cursor.execute(statements.FAULTS)
    faults = [Fault(line, code, detail=detail) for line, code, detail in cursor.fetchall()]
    cursor.execute(statements.VALUES_CHANGED)
    for (contact_id,) in cursor.fetchall():
        hooks.tell_value_changed(contact_id)
    return Written(0, changed, unchanged, faults)


def as_copied(rows: Iterable[CheckedRow]) -> str:
    """The rows as COPY reads them: an empty cell is null."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _hide(cursor: Any, run: ContactImport) -> None:
    """Refuse the rows of customers whom the importer may not see."""
    if run.by is None or run.by.sees_all_teams:
        return
    cursor.execute(f"SELECT contact_id FROM {statements.STAGED} WHERE contact_id IS NOT NULL")  # noqa: S608
    found = {contact_id for (contact_id,) in cursor.fetchall()}
    seen = Contact.objects.visible_to(run.by).filter(pk__in=found).values_list("pk", flat=True)
    cursor.execute(statements.HIDDEN, {"hidden": sorted(found.difference(seen))})
