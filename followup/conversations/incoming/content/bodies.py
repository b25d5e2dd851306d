"""The words and the files of a mail, of whatever parts it is made."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message

from followup.conversations.incoming.content import files, html_text
from followup.conversations.incoming.content.files import File
from nps_project.common.text import shows_nothing
from nps_project.deliveries.inbound.reading import parsing

MOST_TEXT = 200_000  # signs; what follows is in the whole mail
CUT_OFF = "\n[…]"
_TURNS = {
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0x200B,
    0x2060,
    0xFEFF,
}  # turn or hide what stands beside them
_ENDINGS = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says, and its files."""

    text: str
    files: Sequence[File]


@dataclass(slots=True)
class _Found:
    texts: list[str] = field(default_factory=list)
    files: list[Message] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        return any(not shows_nothing(text) for text in self.texts)


def read(mail: Message) -> Body:
    """The body of a mail that was parsed within bounds."""
    found = _gather(mail)
    text = clean("\n\n".join(text.strip("\n") for text in found.texts if not shows_nothing(text)))
    return Body(text, files.read(found.files))


def clean(text: str) -> str:
    """The text without signs that are none, that steer a terminal or turn what stands beside them; up to MOST_TEXT."""
    lines = _ENDINGS.sub("\n", text[: 2 * MOST_TEXT])
    kept = "".join(sign for sign in lines if _is_kept(sign)).strip("\n")
    return kept if len(kept) <= MOST_TEXT else kept[:MOST_TEXT] + CUT_OFF


def _is_kept(sign: str) -> bool:
    if sign in "\n\t":
        return True
    return ord(sign) not in _TURNS and not _is_no_sign(sign)


def _is_no_sign(sign: str) -> bool:
    """Whether it steers something, or stands for nothing; a sign that is newer than this Python's table is one."""
    is_never_one = ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return is_never_one or unicodedata.category(sign) in ("Cc", "Cs", "Co")


def _gather(part: Message) -> _Found:
    kind, found = part.get_content_type(), _Found()
    inside = part.get_payload() if part.is_multipart() else None  # of a text it would be asked in any charset
    if part.get_content_maintype() == "multipart" and isinstance(inside, list):
        gathered = [_gather(one) for one in inside if isinstance(one, Message)]
        if kind == "multipart/alternative":
            best = next((one for one in gathered if one.says_something), None)
            found.texts = best.texts if best else []
        else:
            found.texts = [text for one in gathered for text in one.texts]
        found.files = [file for one in gathered for file in one.files]
    elif _is_file(part):
        found.files = [part]
    else:
        found.texts = [_words_of(part)]
    return found


def _is_file(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).lower().lstrip()
    if disposition.startswith("attachment") or part.is_multipart():
        return True
    kind = part.get_content_type()
    if kind in ("text/plain", "text/html") or part.get_content_maintype() == "multipart":
        return bool(disposition) and part.get_param("filename", header="Content-Disposition") is not None
    return True


def _words_of(part: Message) -> str:
    raw = part.get_payload(decode=True)
    text = parsing.decoded(raw, part.get_content_charset()) if isinstance(raw, bytes) else ""
    if part.get_content_type() == "text/html":
        return html_text.text_of(text)
    return _unfolded(text) if str(part.get_param("format", "")).lower() == "flowed" else text


def _unfolded(text: str) -> str:
    """Text of which each line that ends in a space goes on in the next one (RFC 3676)."""
    pieces: list[str] = []
    goes_on = True
    for line in _ENDINGS.sub("\n", text).split("\n"):
        words = line.removeprefix(" ") if not line.startswith(">") else line
        if pieces and not (goes_on and not words.startswith(">")):
            pieces.append("\n")
        pieces.append(words)
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
    return "".join(pieces)
