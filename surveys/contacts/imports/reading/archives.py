"""The parts of a workbook's archive, each read within bounds: a few bytes can unpack to more than any memory holds.

What becomes a tree in memory has to be small, and of what is read piece by piece the tags are counted, since each
becomes an object that stays until its row ends.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from openpyxl.reader.excel import ExcelReader  # type: ignore[import-untyped]
from openpyxl.styles.stylesheet import apply_stylesheet  # type: ignore[import-untyped]
from openpyxl.worksheet._read_only import ReadOnlyWorksheet  # type: ignore[import-untyped]
from openpyxl.xml.constants import SHARED_STRINGS  # type: ignore[import-untyped]

from surveys.contacts.imports.errors import Unreadable

MOST_SHARED = 48 * 2**20  # texts that are read into memory as a whole
MOST_SHARED_TAGS = 8_000_000
MOST_TREE = 2 * 2**20  # of a part that is read as a tree: that takes some seconds
MOST_ROW_TAGS = 150_000  # a row has at most 16,384 cells
MOST_OTHER_TAGS = 2_500_000  # of a sheet, outside its rows; each of these begins and may be empty
LONGEST_TAG = 2**16

TOO_LARGE = _("This workbook is too large to unpack. Save the sheet as CSV, and import that.")

_ROW = re.compile(rb"<(/?)(?:[\w.-]+:)?row(?=[\s/>])[^<>]*>")


class CountedTags:
    """A stream of XML that ends in Unreadable when it has more tags than a sheet has, in a row or outside its rows.

    Whoever hides a row's end in a comment gains nothing: what follows then counts as outside.
    """

    def __init__(self, stream: IO[bytes], *, most: int = MOST_OTHER_TAGS) -> None:
        self._stream, self._most = stream, most
        self._rest = b""
        self._is_in_row = False
        self._in_row = self._outside = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises: Unreadable."""
        piece = self._stream.read(size)
        text = self._rest + piece
        end = text.rfind(b"<") if piece else len(text)
        end = len(text) if end < 0 or b">" in text[end:] else end
        self._rest = text[end:]
        if len(self._rest) > LONGEST_TAG:
            raise Unreadable(TOO_LARGE)
        last = 0
        for found in _ROW.finditer(text, 0, end):
            self._count(text.count(b"<", last, found.end()))
            last = found.end()
            if found[1]:
                self._is_in_row = False
            elif not found[0].endswith(b"/>") and not self._is_in_row:
                self._is_in_row, self._in_row = True, 0
        self._count(text.count(b"<", last, end))
        return piece

    def _count(self, tags: int) -> None:
        if self._is_in_row:
            self._in_row += tags
        else:
            self._outside += tags
        if self._in_row > MOST_ROW_TAGS or self._outside > self._most:
            raise Unreadable(TOO_LARGE)

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> "CountedTags":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class _Archive(zipfile.ZipFile):
    """An archive whose parts are read as a whole only when they are small."""

    most: int | None = None  # tags of what is opened

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """A part as a whole. Raises: Unreadable."""
        if self.getinfo(name).file_size > MOST_TREE:
            raise Unreadable(TOO_LARGE)
        return super().read(name, pwd)

    def open(self, name: Any, *given: Any, **named: Any) -> Any:
        """A part as a stream."""
        stream = super().open(name, *given, **named)
        return stream if self.most is None else CountedTags(stream, most=self.most)

    @contextmanager
    def counting(self, most: int) -> Iterator[None]:
        """Count the tags of what is opened inside."""
        before, self.most = self.most, most
        try:
            yield
        finally:
            self.most = before


class FirstSheet(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
    """Reads of a workbook what its first sheet needs, and nothing else."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(file)

    def sheet(self) -> ReadOnlyWorksheet | None:
        """The first sheet; None when there is none. Raises: Unreadable, and what openpyxl raises for a broken file."""
        self.read_manifest()
        self._read_texts()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.archive.most = MOST_OTHER_TAGS
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                return ReadOnlyWorksheet(self.wb, sheet.name, relation.target, self.shared_strings)
        return None

    def _read_texts(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None and self.archive.getinfo(part.PartName[1:]).file_size > MOST_SHARED:
            raise Unreadable(TOO_LARGE)
        with self.archive.counting(MOST_SHARED_TAGS):
            self.read_strings()

    def close(self) -> None:
        """Close the archive, not the file."""
        self.archive.close()
