"""Keep an uploaded file in the database, in parts of whole rows.

In the database any worker can read it, on another machine too, and a part that is done is not read again: whoever goes
on after a killed worker needs the number of a part alone.
"""

import gc
import itertools
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.contacts.imports.errors import Unreadable
from surveys.contacts.imports.models import ContactImport, ImportPart
from surveys.contacts.imports.reading import delimited, encodings
from surveys.contacts.imports.reading.delimited import FileRow
from surveys.contacts.imports.rules import columns

ROWS = 8_000  # of a part, which is one transaction of a worker
_CHARS = 4_000_000
_FASTEST = 1  # of zlib


@contextmanager
def uncollected() -> Iterator[None]:
    """Run no garbage collection meanwhile: thousands of new rows would start it again and again in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@transaction.atomic
def store(file: IO[bytes], name: str, *, by: User | None = None) -> ContactImport:
    """An import that is not started yet, with the file's rows and the columns matched by their names.

    Raises: Unreadable.
    """
    name = " ".join(name.replace("\0", "").split())[-200:] or "?"
    run = ContactImport(name=name, by=by, team=_team_of(by))
    rows = iter(_recognised(run, file))
    head = next(rows, None)
    if head is None:
        raise Unreadable(_("The file is empty."))
    while head.cells and not head.cells[-1].strip():
        head.cells.pop()
    if not head.is_whole or not head.cells:
        raise Unreadable(_("The first line must name the columns."))
    if len(head.cells) > columns.MOST_COLUMNS:
        raise Unreadable(_("The file has more than %d columns.") % columns.MOST_COLUMNS)
    run.header = [" ".join(cell.replace("\0", "").split())[: delimited.LONGEST_HEAD] for cell in head.cells]
    run.save()
    for number in itertools.count():
        with uncollected():
            part = list(_some(rows))
        if not part:
            break
        ImportPart.objects.create(run=run, number=number, content=packed(part))
        run.total += len(part)
    if not run.total:
        raise Unreadable(_("The file has no line below its header."))
    run.save(update_fields=["total"])
    return run


def _team_of(by: User | None) -> Any:
    """Whose contacts they become: the importer's first team, when they see no others. Raises: Unreadable."""
    if by is None or by.sees_all_teams:
        return None
    team = by.teams.order_by("pk").first()
    if team is None:
        raise Unreadable(_("You are in no team, so you would not see these customers. An admin can add you to one."))
    return team


def _recognised(run: ContactImport, file: IO[bytes]) -> Iterator[FileRow]:
    file.seek(0)
    head = file.read(8)
    from surveys.contacts.imports.reading import workbooks  # long to load, and few processes need it

    if workbooks.is_old(head):
        raise Unreadable(_("This is an old or a locked workbook. Save it as .xlsx without a password, or as CSV."))
    if workbooks.is_zip(head):
        run.is_workbook = True
        return workbooks.read_rows(file)
    run.encoding = encodings.recognise(file)
    run.separator, before = delimited.recognise_separator(file, run.encoding)
    return delimited.read_rows(file, run.encoding, run.separator, before)


def _some(rows: Iterator[FileRow]) -> Iterator[FileRow]:
    """The rows of the next part."""
    chars = 0
    for row in itertools.islice(rows, ROWS):
        yield row
        chars += sum(map(len, row.cells))
        if chars > _CHARS:
            return


def packed(rows: list[FileRow]) -> bytes:
    """Rows as a part stores them."""
    plain = [[row.line, row.is_whole, *row.cells] for row in rows]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "replace"), _FASTEST)


def contents(run_id: int, number: int) -> tuple[bytes | None, bytes | None]:
    """A part and the one after it, as they are stored; None for what there is not."""
    rows = ImportPart.objects.filter(run=run_id, number__in=(number, number + 1)).values_list("number", "content")
    found = {number: bytes(content) for number, content in rows}
    return found.get(number), found.get(number + 1)


def unpacked(content: bytes) -> list[FileRow]:
    """The rows of a stored part."""
    return [FileRow(line, cells, is_whole) for line, is_whole, *cells in json.loads(zlib.decompress(content))]


def read(run_id: int, number: int) -> list[FileRow]:
    """The rows of a part; none after the last."""
    content, _after = contents(run_id, number)
    return [] if content is None else unpacked(content)


def first_rows(run_id: int, count: int) -> list[FileRow]:
    """The first rows below the header."""
    return read(run_id, 0)[:count]
