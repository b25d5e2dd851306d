"""Files to import, and imports of them."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]

from nps_project.accounts.models import User
from surveys.contacts.imports import parts, services
from surveys.contacts.imports.models import AT_WORK, ContactImport
from surveys.contacts.imports.rules import reasons


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def workbook_of(rows: Sequence[Sequence[Any]]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file


def begin(file: str | io.BytesIO, by: User | None = None, **chosen: str) -> ContactImport:
    """Started, and left to a worker; `chosen` maps columns by hand."""
    stored = parts.store(csv_file(file) if isinstance(file, str) else file, "customers.csv", by=by)
    return services.start(run_id=stored.pk, chosen=services.matching_of(stored) | chosen)


def work_off(run: ContactImport) -> ContactImport:
    """Done to its end."""
    while services.do_next_part(run.pk):
        pass
    run = ContactImport.objects.get(pk=run.pk)
    assert run.state not in AT_WORK
    return run


def imported(file: str | io.BytesIO, by: User | None = None, **chosen: str) -> ContactImport:
    return work_off(begin(file, by, **chosen))


def counts(run: ContactImport) -> tuple[int, int, int, int]:
    """New, changed, unchanged, bad."""
    return run.made, run.changed, run.unchanged, run.bad


def faults(run: ContactImport) -> list[tuple[int, str, str, str]]:
    """Line, field, value and reason, in English."""
    return [
        (fault.line, fault.field, fault.value, reasons.in_words(fault.code, fault.detail))
        for fault in run.faults.order_by("line", "id")
    ]
