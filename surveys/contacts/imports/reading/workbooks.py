"""Read the first sheet of an .xlsx file row by row, after its zip archive was found to be harmless."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from surveys.contacts.imports.errors import Unreadable
from surveys.contacts.imports.reading.archives import MOST_SHARED, TOO_LARGE, FirstSheet
from surveys.contacts.imports.reading.delimited import FileRow

MOST_UNPACKED = 256 * 2**20
MOST_PARTS = 2_000
MOST_CELLS = 2_000_000
LAST_LINE = 1_048_576  # of a sheet
_SHEETS = "xl/workbook.xml"
_THREE_DECIMALS = re.compile(r"-?[0-9]+\.[0-9]{3}")

NO_WORKBOOK = _("This is no .xlsx workbook that can be read. Save it anew as .xlsx or as CSV.")


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip archive, as .xlsx files are."""
    return head.startswith(b"PK")


def is_old(head: bytes) -> bool:
    """Whether it is an .xls file, or a workbook with a password."""
    return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def read_rows(file: IO[bytes]) -> Iterator[FileRow]:
    """The rows of the first sheet that are not empty. Raises: Unreadable."""
    _check_archive(file)
    book = None
    try:
        file.seek(0)
        book = FirstSheet(file)
        sheet = book.sheet()
        if sheet is None:
            raise Unreadable(NO_WORKBOOK)
        sheet.reset_dimensions()  # a file may claim any size
        yield from _rows(sheet.iter_rows(values_only=True))
    except Unreadable:
        raise
    except Exception as error:  # whatever openpyxl stumbles over in a stranger's file
        raise Unreadable(NO_WORKBOOK) from error
    finally:
        if book is not None:
            book.close()


def _check_archive(file: IO[bytes]) -> None:
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(NO_WORKBOOK) from error
    if all(part.filename != _SHEETS for part in parts):
        raise Unreadable(NO_WORKBOOK)
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if len(parts) > MOST_PARTS or shared > MOST_SHARED or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(TOO_LARGE)


def _rows(rows: Iterator[tuple[Any, ...]]) -> Iterator[FileRow]:
    count = 0
    for line, values in enumerate(rows, 1):
        if line > LAST_LINE:
            raise Unreadable(TOO_LARGE)
        count += len(values)
        if count > MOST_CELLS:
            raise Unreadable(TOO_LARGE)
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if any(cells):
            yield FileRow(line, cells)


def _text(value: Any) -> str:
    """The value as a person would type it. Three decimals get a fourth, or they would pass for thousands."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        return f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
