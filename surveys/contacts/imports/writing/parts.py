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
from surveys.contacts.imports.rules.cells import NO_TRAITS, CheckedRow, Fault
from surveys.contacts.imports.rules.columns import MOST_TRAITS
from surveys.contacts.imports.writing import statements
from surveys.models import Contact

_CHUNK = 16 * 1024 * 1024


_Match = tuple[int, str | None, str | None]  # the contact, what is wrong, and its detail


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


def write(run: ContactImport, rows: Sequence[CheckedRow], said: Sequence[str], at: datetime) -> Written:
    """Match these rows with the contacts, make and change those; both have `at` as changed_at.

    `rows`: those of `once`; `said`: their `as_copied`.
    """
    if not rows:
        return Written()
    with connection.cursor() as cursor:
        cursor.execute(statements.CREATE)
        cursor.execute(statements.COLLECT_WORDS)
    return _write_or_halve(run, rows, said, at)


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


def sort_words() -> None:
    """Sort the words that COLLECT_WORDS let wait, so that no search reads them one by one."""
    with connection.cursor() as cursor:
        cursor.execute(statements.SORT_WORDS)


def as_copied(rows: Iterable[CheckedRow]) -> list[str]:
    """What each row says of its customer (statements.SAID) as COPY reads it: an empty cell is null."""
    text = io.StringIO()
    # No cell has a NUL, which no text of the database can hold.
    csv.writer(text, lineterminator="\0").writerows(row[-len(statements.SAID) :] for row in rows)
    return text.getvalue().split("\0")[:-1]


def _write_or_halve(run: ContactImport, rows: Sequence[CheckedRow], said: Sequence[str], at: datetime) -> Written:
    try:
        with transaction.atomic():
            return _write(run, rows, said, at)
    except (IntegrityError, DataError):
        if len(rows) == 1:
            return Written(faults=[Fault(rows[0].line, "taken")])
    half = len(rows) // 2
    found = _write_or_halve(run, rows[:half], said[:half], at)
    found.add(_write_or_halve(run, rows[half:], said[half:], at))
    return found


def _write(run: ContactImport, rows: Sequence[CheckedRow], said: Sequence[str], at: datetime) -> Written:
    given: dict[str, Any] = {"run": run.pk, "at": at, "team": run.team_id, "most_traits": MOST_TRAITS}
    with connection.cursor() as cursor:
        matches = _match(cursor, rows)
        met = [(row, text) for row, text in zip(rows, said, strict=True) if row.line in matches]
        new = [(row, text) for row, text in zip(rows, said, strict=True) if row.line not in matches]
        if met:
            _stage(cursor, met, matches)
            cursor.execute(statements.REPEATED, given)
            _hide(cursor, run)
            cursor.execute(statements.LOCK)
        companies = {}
        if any(row.company for row in rows):
            companies = _companies(cursor, [row for row, _text in new], given)
        if any(row.company for row, _text in met):
            cursor.execute(statements.COMPANY_IDS)
        written = _change(cursor, rows, given) if met else Written()
        if new:
            _make(cursor, new, companies, given)
    return replace(written, made=len(new))


def _match(cursor: Any, rows: Sequence[CheckedRow]) -> dict[int, _Match]:
    """Whom the rows name among the contacts, by line: by own number, else by address, and without both by phone."""
    cursor.execute(statements.BY_NUMBER, [_array(row.external_id for row in rows)])
    by_number = dict(cursor.fetchall())
    cursor.execute(statements.BY_ADDRESS, [_array(row.email for row in rows)])
    by_address = {address: (contact_id, number) for address, contact_id, number in cursor.fetchall()}
    found = dict[int, _Match]()
    if by_number or by_address:
        for row in rows:
            contact_id, at_address = by_number.get(row.external_id), by_address.get(row.email)
            if contact_id and at_address and contact_id != at_address[0]:
                found[row.line] = contact_id, "two", None
            elif contact_id:
                found[row.line] = contact_id, None, None
            elif at_address:
                other = at_address[1] if row.external_id else None
                found[row.line] = at_address[0], "other_number" if other else None, other
    by_phone = [row for row in rows if row.email is None and row.external_id is None]
    if by_phone:
        cursor.execute(statements.MATCH_PHONES, [[row.line for row in by_phone], [row.digits for row in by_phone]])
        found |= {line: (contact_id, fault, None) for line, contact_id, fault in cursor.fetchall()}
    return found


def _array(texts: Iterable[str | None]) -> str:
    """Those that are not empty as one literal: of a list, the server would read thousands of expressions."""
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts if text)
    return "{" + ",".join(f'"{text}"' for text in escaped) + "}"


def _stage(cursor: Any, rows: Iterable[tuple[CheckedRow, str]], matches: Mapping[int, _Match]) -> None:
    """Put the rows of known contacts into the temporary table."""
    cursor.execute(statements.EMPTY)
    lines = []
    for row, said in rows:
        contact_id, fault, detail = matches[row.line]
        lines.append(f"{row.line},{contact_id},{fault or ''},{_quoted(detail)},{_quoted(row.company)},{said}\n")
    _copy(cursor, statements.COPY, lines)
    cursor.execute(statements.ANALYZE)


def _quoted(text: str | None) -> str:
    """A text as a cell of CSV; empty for None."""
    return '"' + text.replace('"', '""') + '"' if text else ""


def _companies(cursor: Any, new: Sequence[CheckedRow], given: Mapping[str, Any]) -> dict[str, int]:
    """Make the companies that there are not yet, also of staged rows. Returns: those of the new contacts by name."""
    lines = {row.company: row.line for row in reversed(new) if row.company}
    cursor.execute(statements.COMPANIES, {**given, "names": list(lines), "lines": list(lines.values())})
    cursor.execute(statements.COMPANIES_OF_NEW, {"names": list(lines)})
    return dict(cursor.fetchall())


def _make(
    cursor: Any, rows: Sequence[tuple[CheckedRow, str]], companies: Mapping[str, int], given: Mapping[str, Any]
) -> None:
    """Make a contact of each row, and remember that the import did."""
    cursor.execute(statements.IDS, {"count": len(rows)})
    (ids,) = cursor.fetchone()
    at = given["at"].isoformat()
    made, remembered = f"{given['team'] or ''},{at},{at}", f"true,{at}"
    contacts = [
        f"{contact_id},{companies.get(row.company or '', '')},{made},{said}\n"
        for contact_id, (row, said) in zip(ids, rows, strict=True)
    ]
    _copy(cursor, statements.COPY_NEW, contacts)
    run = given["run"]
    lines = [
        f"{run},{contact_id},{row.line},{remembered}\n" for contact_id, (row, _said) in zip(ids, rows, strict=True)
    ]
    _copy(cursor, statements.COPY_MADE, lines)


def _change(cursor: Any, rows: Sequence[CheckedRow], given: Mapping[str, Any]) -> Written:
    """Change the contacts that the rows met."""
    if any(row.traits != NO_TRAITS for row in rows):
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
    cursor.execute(statements.MET, given)
    return Written(0, changed, unchanged, faults)


def _copy(cursor: Any, statement: str, lines: Iterable[str]) -> None:
    with connection.wrap_database_errors:  # Django wraps those of execute alone
        # At once: each chunk would wait for the thread that checks the next part.
        cursor.copy_expert(statement, io.StringIO("".join(lines)), _CHUNK)


def _hide(cursor: Any, run: ContactImport) -> None:
    """Refuse the rows of customers whom the importer may not see."""
    if run.by is None or run.by.sees_all_teams:
        return
    cursor.execute(f"SELECT contact_id FROM {statements.STAGED}")  # noqa: S608
    found = {contact_id for (contact_id,) in cursor.fetchall()}
    seen = Contact.objects.visible_to(run.by).filter(pk__in=found).values_list("pk", flat=True)
    cursor.execute(statements.HIDDEN, {"hidden": sorted(found.difference(seen))})
