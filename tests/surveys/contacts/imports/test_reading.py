"""What is recognised in a file, and files that mean no good."""

import io
import zipfile
from collections.abc import Callable

import pytest

from nps_project.common.tables import as_typed, harmless
from surveys.contacts.imports.errors import Unreadable
from surveys.contacts.imports.reading import archives, delimited, encodings, workbooks
from tests.surveys.contacts.imports.files import csv_file, workbook_of

TEXT = "name;email\r\nSøren Ærø;s@example.com\r\n"


def rows_of(file: io.BytesIO) -> list[tuple[int, list[str]]]:
    encoding = encodings.recognise(file)
    separator, before = delimited.recognise_separator(file, encoding)
    return [(row.line, row.cells) for row in delimited.read_rows(file, encoding, separator, before)]


@pytest.mark.parametrize(
    ("written_as", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
        ("latin-1", "Windows-1252"),
    ],
)
def test_the_encoding_is_recognised_and_read(written_as: str, name: str) -> None:
    file = csv_file(TEXT, written_as)
    assert encodings.NAMES[encodings.recognise(file)] == name
    assert rows_of(file) == [(1, ["name", "email"]), (2, ["Søren Ærø", "s@example.com"])]


@pytest.mark.parametrize("separator", delimited.SEPARATORS)
def test_the_separator_is_recognised_though_others_stand_in_cells(separator: str) -> None:
    others = "".join(other for other in delimited.SEPARATORS if other != separator)
    lines = [["name", "email", "note"], ["A", "a@example.com", others], ["B", "b@example.com", "x"]]
    file = csv_file("\n".join(separator.join(line) for line in lines))
    assert delimited.recognise_separator(file, "utf-8") == (separator, 0)


def test_a_line_of_excel_says_the_separator_and_is_no_header() -> None:
    assert rows_of(csv_file("sep=;\nname;email\nA;a@example.com\n"))[0] == (2, ["name", "email"])


def test_a_file_of_one_column_is_read() -> None:
    assert rows_of(csv_file("email\na@example.com\n\nb@example.com")) == [
        (1, ["email"]), (2, ["a@example.com"]), (4, ["b@example.com"]),
    ]  # fmt: skip


def test_a_quotation_mark_that_nothing_closes_makes_one_bad_row() -> None:
    lines = ["name,email", '"Jan,j@example.com', *(f"n{number},{number}@example.com" for number in range(300))]
    rows = list(delimited.read_rows(csv_file("\n".join(lines)), "utf-8", ","))
    assert [row.line for row in rows if not row.is_whole] == [2]
    assert [row.line for row in rows if row.is_whole] == [1, *range(3, 303)]


def test_a_cell_of_several_lines_keeps_the_numbers_of_the_lines_after_it() -> None:
    assert rows_of(csv_file('name,email\n"A\nB",a@example.com\nC,c@example.com\n'))[1:] == [
        (2, ["A\nB", "a@example.com"]), (4, ["C", "c@example.com"]),
    ]  # fmt: skip


def test_a_line_without_an_end_is_refused_by_its_number() -> None:
    with pytest.raises(Unreadable, match="Line 2"):
        rows_of(csv_file("name,email\n" + "x" * (delimited.LONGEST_LINE + 1)))


def test_letters_that_do_not_go_with_the_mark_are_refused_by_the_line() -> None:
    with pytest.raises(Unreadable, match="From line 1"):
        list(delimited.read_rows(io.BytesIO(b"\xef\xbb\xbfname\n\xff\xfe\n"), "utf-8-sig", ","))


def test_a_workbook_is_read_as_a_person_would_type_it() -> None:
    file = workbook_of([["name", "value", "phone"], ["A", 1.234, 31612345678], [None, None, None], ["B", 12.0, True]])
    assert [(row.line, row.cells) for row in workbooks.read_rows(file)] == [
        (1, ["name", "value", "phone"]), (2, ["A", "1.2340", "31612345678"]), (4, ["B", "12", "true"]),
    ]  # fmt: skip


def zipped(**parts: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b"PK\x03\x04 and no more"),
        zipped(letter=b"no workbook"),
        zipped(xl__workbook=b"<no", xl__sharedStrings=b"x"),
        zipped(xl__workbook=b"<no", xl__sharedStrings=b" " * (archives.MOST_SHARED + 1)),
        zipped(xl__workbook=b"<no", **{f"part{number}": b"" for number in range(workbooks.MOST_PARTS)}),
    ],
    ids=["cut off", "another zip", "broken", "a bomb", "many parts"],
)
def test_a_zip_that_is_no_harmless_workbook_is_refused(file: io.BytesIO) -> None:
    with pytest.raises(Unreadable, match="CSV"):
        list(workbooks.read_rows(file))


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def repacked(**parts: bytes | Callable[[bytes], bytes]) -> io.BytesIO:
    """A good workbook of which some parts are others."""
    made, changed = {}, {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    with zipfile.ZipFile(workbook_of([["name"], ["A"]])) as archive:
        for name in archive.namelist():
            old, new = archive.read(name), changed.pop(name, None)
            made[name] = new(old) if callable(new) else old if new is None else new
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (made | changed).items():
            archive.writestr(name, content)  # type: ignore[arg-type]
    return file


def many(tag: bytes, count: int) -> Callable[[bytes], bytes]:
    return lambda old: old.replace(b"<sheetData>", b"<sheetData>" + tag * count)


@pytest.mark.parametrize(
    "file",
    [
        repacked(xl__styles=b"<styleSheet " + MAIN + b">" + b"<font/>" * 400_000 + b"</styleSheet>"),
        repacked(xl__workbook=lambda old: old.replace(b"</sheets>", b'<sheet name="a" sheetId="1"/>' * 90_000)),
        repacked(xl__worksheets__sheet1=lambda old: old.replace(b"<row ", b"<x/>" * 11_000 + b"<row ", 1)),
        repacked(xl__worksheets__sheet1=many(b'<row r="1">' + b"<c/>" * 160_000, 1)),
        repacked(xl__worksheets__sheet1=many(b"<row><!-- </row -->" + b"<c/>" * 11_000, 1)),
    ],
    ids=["styles", "sheets", "no rows", "one row", "a row that seems to end"],
)
def test_a_few_bytes_that_unpack_to_millions_of_objects_are_refused(
    file: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_OTHER_TAGS", 10_000)
    with pytest.raises(Unreadable, match="too large"):
        list(workbooks.read_rows(file))


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_shared_texts(count: int) -> io.BytesIO:
    named = f'<Override PartName="/xl/worksheets/s.xml" ContentType="{SHARED}"/></Types>'.encode()
    more = b'<row r="3"><c r="A3" t="s"><v>1</v></c></row></sheetData>'
    return repacked(
        **{"[Content_Types]": lambda old: old.replace(b"</Types>", named)},
        xl__worksheets__s=b"<sst " + MAIN + b">" + b"<si><t>B</t></si>" * count + b"</sst>",
        xl__worksheets__sheet1=lambda old: old.replace(b"</sheetData>", more),
    )


def test_shared_texts_are_read_wherever_the_workbook_keeps_them_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [row.cells for row in workbooks.read_rows(with_shared_texts(2))] == [["name"], ["A"], ["B"]]
    monkeypatch.setattr(archives, "MOST_SHARED", 1000)
    with pytest.raises(Unreadable, match="too large"):
        list(workbooks.read_rows(with_shared_texts(1000)))


@pytest.mark.parametrize(
    "text", ["=1+1", "+31 6", "a;=b", "'=x", "''@y", ' "=1', "x\n-1", "O'Brien", "plain", "\t+1", "it's =fine; '-"]
)
def test_what_an_export_made_harmless_comes_back_as_it_was(text: str) -> None:
    assert as_typed(harmless(text)) == text
