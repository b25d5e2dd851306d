"""What imports keep of a customer until they are forgotten: lines of the file, what was wrong in them, and the undo."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from nps_project.privacy.registry import Erasing, Part, Subject, Table
from surveys.contacts.imports import parts
from surveys.contacts.imports.models import ContactImport, ImportedContact, ImportPart
from surveys.contacts.imports.reading.delimited import FileRow
from surveys.contacts.imports.rules import columns
from surveys.privacy.parts import CONTACT, of_contact

NUMBER = "external_id"


class Lines(Table):
    """The lines of uploaded files, which are stored many together."""

    def _found(self, subject: Subject) -> Iterator[tuple[ImportPart, list[FileRow], list[FileRow]]]:
        """Each part that has lines of theirs, all its rows, and those lines."""
        lines: dict[int, set[int]] = defaultdict(set)
        met = ImportedContact.objects.filter(contact__in=subject.of(CONTACT))
        for run_id, line in met.values_list("run", "line"):
            lines[run_id].add(line)
        if not subject.addresses and not subject.numbers and not lines:
            return
        for part in ImportPart.objects.select_related("run").order_by("pk").iterator(chunk_size=1):
            rows = parts.unpacked(bytes(part.content))
            of_numbers = _columns_of_numbers(part.run)
            theirs = [row for row in rows if _is_theirs(row, subject, of_numbers, lines[part.run_id])]
            if theirs:
                yield part, rows, theirs

    def count(self, subject: Subject) -> int:
        return sum(len(theirs) for _part, _rows, theirs in self._found(subject))

    def given(self, subject: Subject) -> Iterator[dict[str, Any]]:
        for part, _rows, theirs in self._found(subject):
            yield from ({"run_id": part.run_id, "line": row.line, "cells": row.cells} for row in theirs)

    def erase(self, subject: Subject, erasing: Erasing) -> int:
        """Empty the lines, so that no import that goes on makes the customer anew."""
        changed, count = [], 0
        for part, rows, theirs in self._found(subject):
            for row in theirs:
                row.cells[:] = [""] * len(row.cells)
            part.content = parts.packed(rows)
            changed.append(part)
            count += len(theirs)
        ImportPart.objects.bulk_update(changed, ["content"], batch_size=10)
        return count


def _columns_of_numbers(run: ContactImport) -> set[int]:
    """Where a customer's own number stands; in another column the same text is anything."""
    targets = run.columns or columns.guess(run.header)
    return {place for place, name in enumerate(columns.heads(run.header)) if targets.get(name) == NUMBER}


def _is_theirs(row: FileRow, subject: Subject, of_numbers: set[int], lines: set[int]) -> bool:
    if row.line in lines:
        return any(row.cells)
    cells = [cell.strip().lower() for cell in row.cells]
    has_number = any(cells[place] in subject.numbers for place in of_numbers if place < len(cells))
    return has_number or any(cell in subject.addresses for cell in cells)


def _faults(subject: Subject) -> Q:
    met = ImportedContact.objects.filter(
        contact__in=subject.of(CONTACT), run=OuterRef("run"), line=OuterRef("line")
    )  # fmt: skip
    found = Q(Exists(met))
    for address in subject.addresses:
        found |= Q(value__iexact=address)
    for number in subject.numbers:
        found |= Q(value__iexact=number, field=NUMBER) | Q(detail__iexact=number, code="other_number")
    return found


IMPORTED = Part(
    _("Imported files"),
    (
        Lines(
            "import_lines",
            "imports.ImportPart",
            lambda subject: Q(pk__in=()),
            empties={"content": b""},
        ),
        Table("import_faults", "imports.ImportFault", _faults, empties={"value": "", "detail": ""},
              stays={"field": "the name of a column", "code": "a code of the product's own"}),
        Table("imported", "imports.ImportedContact", of_contact, deletes=True),
    ),
)  # fmt: skip
