"""The bad lines of an import as a CSV file to mend and import again: their cells as given, and the reason."""

import itertools
from collections.abc import Iterator

from nps_project.common import tables
from surveys.contacts.imports import parts
from surveys.contacts.imports.models import ContactImport, ImportFault
from surveys.contacts.imports.rules import columns, reasons


def csv_of(run: ContactImport) -> Iterator[str]:
    """The file in pieces, a part of the import at a time; divided as the imported one, for the same spreadsheet."""
    head = [*run.header, columns.REASON]
    pages: Iterator[list[list[str]]] = (_of_part(run, number) for number in range(run.next_part))
    return tables.csv_lines(itertools.chain([[head]], pages), run.separator or ",")


def _of_part(run: ContactImport, number: int) -> list[list[str]]:
    """The bad rows of a part; two queries."""
    rows = parts.read(run.pk, number)
    if not rows:
        return []
    faults = ImportFault.objects.filter(run=run, is_warning=False, line__range=(rows[0].line, rows[-1].line))
    wrong: dict[int, list[str]] = {}
    for line, field, code, detail in faults.order_by("line", "id").values_list("line", "field", "code", "detail"):
        words = reasons.in_words(code, detail)
        wrong.setdefault(line, []).append(f"{field}: {words}" if field else words)
    width = len(run.header)
    return [
        [*row.cells[:width], *[""] * (width - len(row.cells)), " ".join(wrong[row.line])]
        for row in rows
        if row.line in wrong
    ]
