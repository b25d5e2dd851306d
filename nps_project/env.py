"""Typed readers of the environment; a bad value stops the start with one line that names it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def refuse(name: str, given: str, allowed: str) -> NoReturn:
    """Stop the process with one line: the variable, what was given, what is allowed."""
    shown = given if len(given) <= 80 else given[:77] + "..."
    raise SystemExit(f"winback: {name} is {shown!r}; allowed: {allowed}")


def _read(name: str, default: T, parse: Callable[[str], T], allowed: str) -> T:
    given = os.environ.get(name, "").strip()
    if not given:
        return default
    try:
        return parse(given)
    except ValueError:
        refuse(name, given, allowed)


def text(name: str, default: str = "") -> str:
    """A string without surrounding space; unset and empty give the default."""
    return _read(name, default, str, "any text")


def boolean(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case."""

    def parse(given: str) -> bool:
        if given.lower() not in _TRUE | _FALSE:
            raise ValueError(given)
        return given.lower() in _TRUE

    return _read(name, default, parse, "1, true, yes, on, 0, false, no, off")


def integer(name: str, default: int, low: int, high: int) -> int:
    """A whole number within [low, high]."""

    def parse(given: str) -> int:
        number = int(given)
        if not low <= number <= high:
            raise ValueError(given)
        return number

    return _read(name, default, parse, f"a whole number from {low} to {high}")


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""

    def parse(given: str) -> str:
        if given not in allowed:
            raise ValueError(given)
        return given

    return _read(name, default, parse, ", ".join(allowed))


def words(name: str) -> list[str]:
    """A list separated by commas; empty parts are left out."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def url(name: str, schemes: tuple[str, ...], default: str = "", *, hide: bool = False) -> str:
    """An address with one of the schemes; `hide` keeps a password out of the refusal."""
    given = text(name, default)
    if not given:
        return ""
    allowed = " or ".join(f"{scheme}://…" for scheme in schemes)
    try:
        scheme = urlsplit(given).scheme
    except ValueError:
        scheme = ""
    if scheme not in schemes:
        refuse(name, f"{scheme}://…" if hide and scheme else ("…" if hide else given), allowed)
    return given


def time_zone(name: str, default: str) -> str:
    """The name of a zone of the tz database, such as Europe/Copenhagen."""

    def parse(given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(given) from error
        return given

    return _read(name, default, parse, "a zone of the tz database, such as Europe/Copenhagen")


def directory(name: str, default: Path) -> Path:
    """An absolute path; relative ones count from the current directory."""
    return Path(text(name, str(default))).expanduser().resolve()
