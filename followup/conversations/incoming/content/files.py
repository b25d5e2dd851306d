"""The files of a mail: named as it names them, told by their content, and limited in number and size."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

import filetype  # type: ignore[import-untyped]  # it ships no types

from nps_project.deliveries.inbound.reading import parsing

MOST_FILES = 20
LARGEST_BYTES = 10 * 1024 * 1024  # of one, when it is decoded
ALL_BYTES = 25 * 1024 * 1024
UNKNOWN = "application/octet-stream"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class File:
    """One file. `content` is None where it is over a limit: then it is in the whole mail alone."""

    name: str
    content_type: str
    size: int
    content: bytes | None


def read(parts: Sequence[Message]) -> Sequence[File]:
    """The files in these parts of a mail."""
    found: list[File] = []
    left = ALL_BYTES
    for number, part in enumerate(parts, start=1):
        content = _content_of(part)
        fits = number <= MOST_FILES and len(content) <= min(LARGEST_BYTES, left)
        left -= len(content) if fits else 0
        kind = type_of(content)
        name = safe_name(_given_name(part), number, part, kind)
        found.append(File(name, kind, len(content), content if fits else None))
        if number >= 5 * MOST_FILES:  # a mail of nothing but names; all of them are in the whole mail
            break
    return found


def type_of(content: bytes) -> str:
    """What the bytes are, whatever the name says. Text is called plain, so that no browser opens it as more."""
    guessed = filetype.guess_mime(content[:8192]) if content else None
    if guessed:
        return str(guessed)[:100]
    return "text/plain" if content and not _TEXT.search(content[:8192]) else UNKNOWN


def safe_name(given: str, number: int, part: Message, kind: str) -> str:
    """The name without folders, quotes and signs that no file has; made where there is none."""
    name = _NOT_IN_NAMES.sub("_", parsing.printable(given.replace("\\", "/").rpartition("/")[2])).strip(" ._")
    if not name:
        ending = ".eml" if part.get_content_maintype() == "message" else _ending_of(kind)
        return f"{number}{ending}"
    if len(name) <= 200:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:180]}{dot}{ending[:15]}" if dot else name[:200]


def _ending_of(kind: str) -> str:
    if kind == "text/plain":
        return ".txt"
    known = next((one for one in filetype.types if one.mime == kind), None)
    return f".{known.extension}" if known is not None else ""


def _given_name(part: Message) -> str:
    try:
        given = part.get_filename() or ""
    except Exception:  # noqa: BLE001  (it raises what it likes for a broken parameter)
        return ""
    return parsing.decoded_words(str(given))[:1000]


def _content_of(part: Message) -> bytes:
    if part.get_content_maintype() == "message" or part.is_multipart():
        inside = part.get_payload()
        mails = inside if isinstance(inside, list) else [part]
        return b"\r\n".join(_bytes_of(mail) for mail in mails if isinstance(mail, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _bytes_of(mail: Message) -> bytes:
    try:
        return mail.as_bytes()
    except Exception:  # noqa: BLE001  (a mail that Python reads it cannot always write; the whole mail has it)
        heads = "".join(f"{name}: {value}\n" for name, value in mail.items())
        return heads.encode(errors="replace")
