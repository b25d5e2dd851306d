"""Read the rows of a CSV file with their line numbers, however its cells are divided and quoted.

A quotation mark that is never closed makes one bad row, and swallows no other.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext_lazy as _

from surveys.contacts.imports.errors import Unreadable
from surveys.contacts.imports.reading import encodings

SEPARATORS = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}
LONGEST_LINE = 4_000_000  # characters
LONGEST_HEAD = 200  # characters of a column's name
MOST_LINES = 100  # of one row
_SAMPLE = 50
csv.field_size_limit(LONGEST_LINE + 1)  # of the whole process; the lines are bounded here


@dataclass(slots=True)
class FileRow:
    """A row and the number of the line on which it begins, from 1; `is_whole`: no quotation mark is left open."""

    line: int
    cells: list[str]
    is_whole: bool = True


class _LeftOpen(Exception):
    """The row goes on, and nothing closes it."""


@dataclass(slots=True)
class _Lines:
    """The lines that a CSV reader asks for, and those of the row that it is at."""

    text: io.TextIOWrapper
    taken: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    chars: int = 0
    number: int = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        taken = self.taken
        if taken and (len(taken) >= MOST_LINES or self.chars > LONGEST_LINE):
            raise _LeftOpen
        line = self.again.pop() if self.again else self.read()
        if not line:
            if taken:
                raise _LeftOpen
            raise StopIteration
        taken.append(line)
        self.chars += len(line)
        return line

    def read(self) -> str:
        """The next line of the file; empty at its end. Raises: Unreadable."""
        self.number += 1
        try:
            line = self.text.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            words = _("From line %d or soon after it, the file has other letters than before.")
            raise Unreadable(words % self.number) from error
        if len(line) >= LONGEST_LINE:
            raise Unreadable(_("Line %d is too long for a list of customers.") % self.number)
        return line

    def next_row(self) -> int:
        """Forget the lines of a row that is read. Returns: how many there were."""
        count = len(self.taken)
        self.taken.clear()
        self.chars = 0
        return count

    def give_back(self) -> str:
        """Have all lines of the row but the first read again. Returns: the first."""
        first, *others = self.taken
        self.again += reversed(others)
        self.next_row()
        return first


def open_text(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """The file as text, from its start; the caller detaches it."""
    file.seek(0)
    return io.TextIOWrapper(file, encoding, newline="")


def recognise_separator(file: IO[bytes], encoding: str) -> tuple[str, int]:
    """The separator, and how many lines stand before the header: 1 after Excel's `sep=;`, else 0."""
    text = open_text(file, encoding)
    try:
        lines = _Lines(text)
        sample = [line for _number in range(_SAMPLE) if (line := lines.read())]
    finally:
        text.detach()
    if sample and sample[0].lower().startswith("sep=") and sample[0][4:5] in SEPARATORS:
        return sample[0][4], 1
    best, found = (0.0, 0), ","
    for separator in SEPARATORS:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=separator)]
        width = widths[0] if widths else 0
        if width > 1 and (fit := (widths.count(width) / len(widths), width)) > best:
            best, found = fit, separator
    return found, 0


def read_rows(file: IO[bytes], encoding: str, separator: str, skip: int = 0) -> Iterator[FileRow]:
    """The rows that are not empty, after `skip` lines. Raises: Unreadable, with the number of the line."""
    text = open_text(file, encoding)
    lines, line = _Lines(text), 1
    try:
        for _number in range(skip):
            lines.read()
            line += 1
        while True:
            try:
                for cells in csv.reader(lines, delimiter=separator):
                    if any(cells):
                        yield FileRow(line, cells)
                    line += lines.next_row()
                return
            except _LeftOpen:
                yield FileRow(line, [lines.give_back().rstrip("\r\n")], is_whole=False)
                line += 1
            except csv.Error as error:
                raise Unreadable(_("Line %d cannot be read as a row of a CSV file.") % line) from error
    finally:
        text.detach()


def encoding_name(encoding: str) -> str:
    """The encoding as a person knows it."""
    return encodings.NAMES.get(encoding, encoding)
