"""Make CSV and .xlsx files in which no cell is ever a formula."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

Row = Sequence[object]

AT_ONCE = 2_000  # rows of a table that is written while it is read
MOST_ROWS = 20_000  # of a workbook, which is made before its first byte is sent
MOST_CHARS = 64 * 2**20
_LONGEST_CELL = 32_767
# Where a spreadsheet begins a cell: at the start, and, as Danish and Dutch ones read a CSV, after each semicolon, tab
# and end of a line inside one.
_BEGINS = re.compile("(^|[;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])([\\s\"']*)(?=[=+\\-@＝＋－＠])")


_DEFUSED = re.compile(_BEGINS.pattern.replace("(?=", "'(?="))


class TooLarge(ValueError):
    """The table has more rows or characters than a workbook may have."""


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula, however it divides the line."""
    if isinstance(value, int | float | Decimal):
        return str(value)
    return _BEGINS.sub(r"\1\2'", "" if value is None else str(value))


def as_typed(text: str) -> str:
    """The text that `harmless` made this cell of."""
    return _DEFUSED.sub(r"\1\2", text)


def csv_lines(pages: Iterable[Iterable[Row]], separator: str = ",") -> Iterator[str]:
    """A CSV of these rows, a text for each page, with a mark for spreadsheets that it is UTF-8."""
    writer, mark = csv.writer(_Line(), delimiter=separator), "\ufeff"
    for page in pages:
        yield mark + "".join(writer.writerow([harmless(cell) for cell in row]) for row in page)
        mark = ""


def in_pages(head: list[object], rows: Iterable[list[object]]) -> Iterator[list[list[object]]]:
    """The head, then the rows, AT_ONCE at a time; as many are in memory."""
    yield [head]
    rest = iter(rows)
    while page := list(islice(rest, AT_ONCE)):
        yield page


def workbook(pages: Iterable[Iterable[Row]]) -> IO[bytes]:
    """An .xlsx of these rows in a temporary file, at its start; texts are texts, whatever they begin with.

    Raises: TooLarge above MOST_ROWS or MOST_CHARS.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]  # long to load, and few processes need it

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rows = chars = 0
    for page in pages:
        for row in page:
            cells = [_cell(sheet, value) for value in row]
            rows, chars = rows + 1, chars + sum(len(str(cell.value)) for cell in cells)
            if rows > MOST_ROWS + 1 or chars > MOST_CHARS:
                sheet.close()
                raise TooLarge
            sheet.append(cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that sends it closes it)
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: object, value: object) -> Any:
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

    if isinstance(value, datetime):
        value = value.isoformat(timespec="seconds")
    if value is None or isinstance(value, int | float | Decimal):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST_CELL])
    cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
    return cell
