"""What the mail server that took a mail in found of its sender: `Authentication-Results` (RFC 8601). Pure.

Believed is one header: the topmost with the name of that server, which takes away those that a mail brings along.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from nps_project.deliveries.inbound.reading import parsing

_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)")
_PROPERTY = re.compile(r"(?<!\S)([a-z]+\.[a-z-]+)\s*=\s*(\S+)")


class SenderCheck(StrEnum):
    """`passed`: the mail comes from a server of the sender's domain, or is signed by it. `failed`: it does not, and
    the domain says that all of its mail does. `unchecked`: nobody knows."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's, such as dkim=pass, with what it is about."""

    method: str
    result: str
    about: Mapping[str, str]


def check(mail: Message, sender: str, server: str) -> SenderCheck:
    """What `server` found of the address in From; without a name of a server nothing is believed."""
    domain = sender.rpartition("@")[2].strip(" .").lower()
    if not server or not domain:
        return SenderCheck.UNCHECKED
    found = list(_results(mail, server.lower()))
    dmarc = [one for one in found if one.method == "dmarc"]
    if any(_is_refused(one, domain) for one in dmarc):
        return SenderCheck.FAILED
    if any(_is_of(one, domain) for one in found):
        return SenderCheck.PASSED
    is_denied = any(one.method == "spf" and one.result == "fail" for one in found)
    return SenderCheck.FAILED if is_denied else SenderCheck.UNCHECKED


def _is_refused(dmarc: _Result, domain: str) -> bool:
    """Also one that is about another address than the one that people see: a From that is read in two ways."""
    return dmarc.result == "fail" or (dmarc.result == "pass" and dmarc.about.get("header.from", domain) != domain)


def _is_of(found: _Result, domain: str) -> bool:
    """Whether it says that the mail is of the domain, or of one that the domain is part of."""
    about = found.about
    names = {
        "dmarc": about.get("header.from", ""),
        "dkim": about.get("header.d") or about.get("header.i", "").rpartition("@")[2],
        "spf": about.get("smtp.mailfrom", "").rpartition("@")[2],
    }
    name = names.get(found.method, "").strip("<>.")
    is_same = domain == name or ("." in name and domain.endswith(f".{name}"))
    return found.result == "pass" and bool(name) and is_same


def _results(mail: Message, server: str) -> Iterator[_Result]:
    for value in mail.get_all("Authentication-Results", []):
        name, *parts = _plain(str(value)[: parsing.LONGEST_HEADER]).lower().split(";")
        if (name.split() or [""])[0] == server:
            break
    else:
        return
    for part in parts:
        if (found := _RESULT.match(part)) is not None:
            yield _Result(found[1], found[2], dict(_PROPERTY.findall(part)))


def _plain(value: str) -> str:
    """The header without its comments and quotes; what is quoted parts nothing."""
    found: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for sign in value:
        if is_escaped or (is_quoted and sign not in '"\\'):
            is_escaped = False
            found.append("" if depth else "_" if sign in ";= \t" else sign)
        elif sign == "\\":
            is_escaped = True
        elif sign == '"' and not depth:
            is_quoted = not is_quoted
        elif sign == "(" or depth:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            found.append(" ")
        else:
            found.append(sign)
    return "".join(found)
