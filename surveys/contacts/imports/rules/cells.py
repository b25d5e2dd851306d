"""Check the cells of rows and say what is stored for each, or why it is refused."""

import itertools
import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache, partial
from json.encoder import encode_basestring
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime

from nps_project.common.dates import is_within
from nps_project.common.tables import as_typed
from nps_project.common.text import shows_nothing
from surveys.contacts import phones
from surveys.contacts.bounds import MOST_DAYS
from surveys.contacts.imports.reading.delimited import FileRow
from surveys.contacts.imports.rules import columns
from surveys.models.contact import COMPANY_TRAIT

LONGEST = {"name": 200, "external_id": 200, "email": 254, "account_manager": 254, "company": 200}
LONGEST_TRAIT = 200
MOST_SHOWN = 200
NO_TRAITS = "{}"
NO = "false"  # changes nothing, as an empty cell
_WHOLE_DIGITS = 12
# What Django's validator takes, too, in a fifth of its time: nearly all addresses.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII
)
_PLAIN_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?", re.ASCII)
_NO_DIGIT = re.compile("[^0-9]")
_YES = {"yes", "y", "true", "1", "ja", "j", "x", "t", "on"}
_NO = {"no", "n", "false", "0", "nee", "nej", "f", "off"}
_LANGUAGE_NAMES = {
    "english": "en", "engels": "en", "engelsk": "en",
    "dutch": "nl", "nederlands": "nl", "hollandsk": "nl", "nederlandsk": "nl",
    "danish": "da", "deens": "da", "dansk": "da",
}  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]+(.+))?", re.ASCII)
_CURRENCY = re.compile(r"^(?:€|\$|£|eur|dkk|usd|gbp|kr\.?)\s*|\s*(?:€|\$|£|eur|dkk|usd|gbp|kr\.?|,-)$", re.IGNORECASE)


class BadCell(ValueError):
    """The cell is refused: a code of reasons.WORDS, and its detail."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line; a warning leaves the row good."""

    line: int
    code: str
    field: str = ""
    value: str = ""
    detail: str = ""
    is_warning: bool = False


class CheckedRow(NamedTuple):
    """A good row as it is copied to the database: what is stored, None where the cell is empty; traits as JSON.

    All from the traits on are columns of a contact.
    """

    line: int
    digits: str | None = None
    company: str | None = None
    traits: str = NO_TRAITS
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    language: str | None = None
    account_manager: str | None = None
    value: str | None = None
    time_zone: str | None = None
    ask_every_days: str | None = None
    do_not_contact: str = NO
    last_asked_at: str | None = None
    churned_at: str | None = None


Cells = Sequence[str | None]  # of one column, a row each


@lru_cache(4096)
def _zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise BadCell("zone")
    return text


def _email(text: str) -> str:
    if _PLAIN_EMAIL.fullmatch(text.lower()):
        return text.lower()
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadCell("email") from error
    return text.lower()


def _phone(text: str) -> str:
    try:
        return phones.read_phone(text)
    except phones.NoPhone as error:
        raise BadCell("phone") from error


@lru_cache(1024)
def _language(text: str) -> str:
    tag = text.lower().replace("_", "-")
    tag = _LANGUAGE_NAMES.get(tag, tag)
    known = dict(settings.LANGUAGES)
    for code in (tag, tag.partition("-")[0]):
        if code in known:
            return code
    raise BadCell("language", ", ".join(known))


def _amount(text: str) -> str:
    """1200.50, 1.200,50 and 1,200.50 alike: the last sign is the decimal one, unless three digits follow it.

    More than two decimals are rounded. None is below 0, as in the form of a contact and in the API.
    """
    if _PLAIN_AMOUNT.fullmatch(text):
        return text
    bare = _CURRENCY.sub("", text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    found = re.fullmatch(r"([0-9]{1,3}(?:[ '’.,][0-9]{3})+|[0-9]+)(?:([.,])([0-9]*))?", bare.strip())
    if found is None:
        raise BadCell("number")
    whole, point, decimals = found.groups()
    groups = set(re.sub("[0-9]", "", whole))
    if len(groups) > 1 or (point and point in groups) or (groups and whole.startswith("0")):
        if not (len(re.findall(r"[.,]", bare)) == 1 and whole.startswith("0")):
            raise BadCell("number")
        whole, decimals = re.split("[.,]", whole)  # 0.125: no thousands begin with a zero
        groups = set()
    digits = re.sub("[^0-9]", "", whole).lstrip("0") or "0"
    if len(digits) > _WHOLE_DIGITS:
        raise BadCell("number")
    return f"{digits}.{(decimals or '0')[:30]}"


def _days(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_DAYS):
        raise BadCell("days")
    return str(int(text))


def _yes(text: str) -> str:
    if text.lower() in _NO:
        return NO
    if text.lower() not in _YES:
        raise BadCell("yes")
    return "true"


def _time(text: str) -> str:
    """In ISO 8601 with its offset; a day is its first moment in the company's zone, 1/2/2026 the first of February."""
    at = None
    try:
        if (parts := _DAY.fullmatch(text)) is not None:
            day, month, year, rest = parts.groups()
            text = f"{year}-{int(month):02d}-{int(day):02d}" + (f" {rest}" if rest else "")
        at = datetime.combine(datetime.fromisoformat(text).date(), time()) if len(text) == 10 else parse_datetime(text)
    except ValueError as error:
        raise BadCell("time") from error
    if at is None or not is_within(at):
        raise BadCell("time")
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))).isoformat()


def _past(text: str) -> str:
    found = _time(text)
    if datetime.fromisoformat(found) > datetime.now(UTC):
        raise BadCell("future")
    return found


def _as_it_is(text: str) -> str:
    return text


_READ: dict[str, Callable[[str], str]] = {
    "external_id": _as_it_is, "email": _email, "phone": _phone, "name": _as_it_is, "language": _language,
    "company": _as_it_is, "account_manager": _email, "value": _amount, "time_zone": _zone, "ask_every_days": _days,
    "do_not_contact": _yes, "last_asked_at": _past, "churned_at": _time,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the file that is not left out: its place, what it is, and how its cells are read."""

    place: int
    target: str
    trait: str
    longest: int
    read: Callable[[str], str]


class Checker:
    """Checks the rows of one file, whose header and matching it knows, a column at a time."""

    def __init__(self, header: Sequence[str], matching: Mapping[str, str]) -> None:
        self._width = len(header)
        self._plan: list[_Column] = []
        for place, name in enumerate(columns.heads(header)):
            target = matching.get(name, "")
            if target == f"{columns.TRAIT}{COMPANY_TRAIT}":
                target = COMPANY_TRAIT
            if target.startswith(columns.TRAIT):
                trait = target.removeprefix(columns.TRAIT)
                self._plan.append(_Column(place, target, trait, LONGEST_TRAIT, _as_it_is))
            elif target:
                self._plan.append(_Column(place, target, "", LONGEST.get(target, MOST_SHOWN), _READ[target]))

    def check(self, rows: Sequence[FileRow]) -> tuple[list[CheckedRow], list[Fault]]:
        """The good rows, and the faults and warnings of all; a warning leaves a row good."""
        faults = [Fault(row.line, "quote", value=_shown(row.cells[0])) for row in rows if not row.is_whole]
        whole = [row for row in rows if row.is_whole]
        for row in whole:
            if len(row.cells) > self._width and any(more := row.cells[self._width :]):
                faults.append(Fault(row.line, "cells", value=_shown(next(filter(None, more)))))
        by_place = list(itertools.zip_longest(*[row.cells for row in whole], fillvalue=""))
        found: dict[str, Cells] = {}
        traits: list[list[str]] = []
        for column in self._plan:
            texts = [cell.strip() for cell in by_place[column.place]] if column.place < len(by_place) else []
            if any(texts):
                values = _values(column, texts, whole, faults)
                if column.trait:
                    traits.append(_as_members(column.trait, values))
                else:
                    found[column.target] = values
        bad = {fault.line for fault in faults if not fault.is_warning}
        nobody: Cells = (None,) * len(whole)
        for row, *keys in zip(whole, *(found.get(name, nobody) for name in columns.KNOWN_BY), strict=True):
            if not any(keys) and row.line not in bad:
                faults.append(Fault(row.line, "nobody"))
                bad.add(row.line)
        checked = self._together(whole, found, traits)
        return [row for row in checked if row.line not in bad] if bad else checked, faults

    @staticmethod
    def _together(whole: Sequence[FileRow], found: Mapping[str, Cells], traits: list[list[str]]) -> list[CheckedRow]:
        if "company" in found:
            traits.append(_as_members(COMPANY_TRAIT, found["company"]))
        made: dict[str, Sequence[Any]] = {"line": [row.line for row in whole]}
        if "phone" in found:
            made["digits"] = [phone and digits_of(phone) for phone in found["phone"]]
        if traits:
            made["traits"] = [f"{{{','.join(filter(None, of_row))}}}" for of_row in zip(*traits, strict=True)]
        if "do_not_contact" in found:
            made["do_not_contact"] = [value or NO for value in found["do_not_contact"]]
        defaults = CheckedRow._field_defaults
        all_columns = [
            made.get(name) or found.get(name) or (defaults.get(name),) * len(whole) for name in CheckedRow._fields
        ]
        return list(map(CheckedRow._make, zip(*all_columns, strict=True)))


def _values(column: _Column, texts: list[str], rows: Sequence[FileRow], faults: list[Fault]) -> list[str | None]:
    """What is stored for each cell of a column; the bad ones are added to the faults."""
    read = column.read
    together = " ".join(texts)
    if together.isascii() and together.isprintable() and "'" not in together and max(map(len, texts)) <= column.longest:
        if read is _as_it_is:
            return [text or None for text in texts]
    else:
        read = partial(_read_with_care, read=column.read, longest=column.longest)
    found = list[str | None]()
    for row, text in zip(rows, texts, strict=True):
        try:
            found.append((read(text) or None) if text else None)
        except BadCell as error:
            is_warning = error.code == "language"
            faults.append(Fault(row.line, error.code, column.target, _shown(text), error.detail, is_warning))
            found.append(None)
    return found


def _read_with_care(text: str, *, read: Callable[[str], str], longest: int) -> str:
    """What is stored; empty for nothing. Raises: BadCell."""
    if "\0" in text:
        raise BadCell("sign")
    if "'" in text:
        text = as_typed(text)
    first = text[:1]  # which decides nearly always
    if not (first.isascii() and first.isprintable()) and shows_nothing(text):
        return ""
    if len(text) > longest:
        raise BadCell("long", str(longest))
    return read(text)


def _as_members(name: str, values: Cells) -> list[str]:
    """Each value as a member of a JSON object, empty for none."""
    head = f"{encode_basestring(name)}:"
    return [head + encode_basestring(value) if value else "" for value in values]


def digits_of(phone: str) -> str:
    """The digits by which a phone number is known; 0031 is +31."""
    return _NO_DIGIT.sub("", phone).removeprefix("00")


def _shown(text: str) -> str:
    """The value as a fault keeps it."""
    return text[:MOST_SHOWN].replace("\0", "\N{SYMBOL FOR NULL}")
