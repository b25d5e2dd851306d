"""Typed readers of the environment; a bad value stops the start with one line that names it."""

import ipaddress
import os
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
LONGEST_LOCAL_PART = 64  # octets (RFC 5321)
_AMBIGUOUS = set("ßς\u200c\u200d")  # browsers and Python's codec do not agree on their xn-- form


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
    """One of the allowed words."""

    def parse(given: str) -> str:
        if given not in allowed:
            raise ValueError(given)
        return given

    return _read(name, default, parse, ", ".join(allowed))


def words(name: str) -> list[str]:
    """A list separated by commas; empty parts are left out."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def server(name: str, schemes: Collection[str], example: str, default: str = "") -> SplitResult | None:
    """The address of a server, taken apart; None when there is none. No refusal repeats a part of a password."""
    given = text(name, default)
    return _server(name, given, schemes, example) if given else None


def servers(name: str, schemes: Collection[str], example: str) -> list[SplitResult]:
    """The addresses of several servers, separated by commas."""
    return [_server(name, given, schemes, example) for given in words(name)]


def _server(name: str, given: str, schemes: Collection[str], example: str) -> SplitResult:
    allowed = f"{example}; in a password / is written %2F, # %23, ? %3F, @ %40, % %25"
    try:
        parts = urlsplit(given)
        _ = "," in parts.netloc or parts.port  # several hosts have a port each
    except ValueError:
        refuse(name, "…", allowed)
    if parts.scheme not in schemes:
        shown = f"{parts.scheme}://…" if "://" in given and parts.scheme else "…"
        refuse(name, shown, " or ".join(f"{scheme}://…" for scheme in schemes))
    behind = parts.path + parts.query
    if "@" in behind or parts.fragment or given.endswith("#") or not _is_one_word(given):
        refuse(name, f"{parts.scheme}://…", allowed)
    return parts


def credentials(parts: SplitResult) -> tuple[str, str]:
    """User and password of an address as they are; a plus is a plus."""
    return unquote(parts.username or ""), unquote(parts.password or "")


def site(name: str, default: str) -> str:
    """The address of a site as browsers send it: lower case, xn--, no port that goes without saying, no path."""
    given = text(name)
    if not given:
        return default
    allowed = (
        "http://… or https://… with a host and perhaps a port, such as https://nps.example.com, and nothing behind"
    )
    try:
        parts = urlsplit(given)
        if parts.scheme not in _PORTS or parts.path.strip("/") or "?" in given or "#" in given or "@" in given:
            raise ValueError(given)
        host, port = host_name(parts.hostname or ""), parts.port
        if not _is_one_word(given):
            raise ValueError(given)
    except ValueError:
        refuse(name, re.sub(r"//.*@", "//…@", given), allowed)
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def hosts(name: str) -> list[str]:
    """Names of hosts separated by commas; .example.com stands for all below it, * for every one."""
    found = []
    for word in words(name):
        try:
            dot = "." if word.startswith(".") else ""
            found.append(word if word == "*" else dot + host_name(word.removeprefix(".").strip("[]")))
        except ValueError:
            refuse(name, word, "names of hosts without scheme and port, such as nps.example.com, separated by commas")
    return found


def plus_address(name: str, token_length: int) -> str:
    """A mail address that is written with +<token> before its @; empty when unset."""
    given = text(name)
    local, at, domain = given.rpartition("@")
    if not given:
        return ""
    try:
        if not at or not _LOCAL.fullmatch(local) or "." not in domain or host_name(domain).startswith("["):
            raise ValueError(given)
    except ValueError:
        refuse(name, given, "a mail address such as bounce@mail.example.com, without a plus")
    longest = LONGEST_LOCAL_PART - 1 - token_length
    if len(local) > longest:
        refuse(
            name, given, f"at most {longest} characters before the @: a plus and a token of {token_length} follow them"
        )
    return f"{local}@{host_name(domain)}"


def host_name(host: str) -> str:
    """As it stands in a Host header: ASCII, an IPv6 address in brackets. Raises: ValueError for no name of a host."""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    name = host.encode("idna").decode().lower().removesuffix(".")
    if set(host) & _AMBIGUOUS or not _HOST.fullmatch(name):
        raise ValueError(host)
    return name


def _is_one_word(given: str) -> bool:
    return given.isprintable() and " " not in given


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
