"""Take a mail apart, however it is made: bounded in size, depth and parts; broken charsets read as far as they can be.

Nothing is decompressed or fetched, and attachments are not opened.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

MOST_BYTES = 262_144  # of a mail are read; its report stands in front of what it returns
DEEPEST = 20  # boundaries and mails inside mails
MOST_PARTS = 2000
MOST_BLANK = 12_000  # blank lines of a mail with a delivery report, each of which begins a part of it
MOST_TEXT = 65_536  # of words that are looked through
LONGEST_HEADER = 20_000
_STEPS = re.compile(rb"(?i)boundary\s*\*?\d*\*?\s*=|message/(?:rfc822|global)")
_SAME = ("message-id", "from", "to", "date", "subject")


class TooDeep(ValueError):
    """More parts inside parts than any mail program writes."""


def parse(raw: bytes, most_bytes: int = MOST_BYTES) -> Message:
    """The mail, of its first bytes. Raises: TooDeep."""
    raw = raw[:most_bytes]
    if len(_STEPS.findall(raw)) > DEEPEST or raw.count(b"\n--") > MOST_PARTS:
        raise TooDeep
    if b"message/delivery-status" in raw.lower() and raw.count(b"\n\r\n") + raw.count(b"\n\n") > MOST_BLANK:
        raise TooDeep
    return BytesParser(policy=policy.compat32).parsebytes(raw)


def header(mail: Message, name: str) -> str:
    """A header as one line of text, decoded as far as that is possible; empty without it."""
    return " ".join(decoded_words(str(mail.get(name, ""))[:LONGEST_HEADER]).split())


def headers(mail: Message, *names: str) -> str:
    """All values of these headers, one a line, as they stand."""
    values = [str(value) for name in names for value in mail.get_all(name, [])]
    return "\n".join(values)[:LONGEST_HEADER]


def decoded_words(value: str) -> str:
    """A header's text, its encoded words decoded as far as that is possible; printable."""
    try:
        pieces = decode_header(value)
    except Exception:  # noqa: BLE001  (it raises what it likes for a broken word)
        return printable(value)
    return printable("".join(text if isinstance(text, str) else decoded(text, charset) for text, charset in pieces))


def decoded(raw: bytes, charset: str | None) -> str:
    """The text in these bytes; signs that the charset does not have are replaced."""
    try:
        return raw.decode(charset or "ascii", errors="replace")
    except (LookupError, ValueError):  # no such charset, or one that is no charset
        return raw.decode("latin-1")


def printable(text: str) -> str:
    """Without signs that steer a terminal, turn the direction of writing, or are no characters at all."""
    return "".join(sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co") else " " for sign in text)


def sender_of(mail: Message) -> str:
    """The address in From; empty when there is none."""
    name, address = address_in(mail, "From")
    return (address or name)[:320]


def address_in(mail: Message, header_name: str) -> tuple[str, str]:
    """The first name and address of a header; empty where there is none."""
    given = header(mail, header_name)[:1000]
    try:
        return parseaddr(given)
    except RecursionError:  # it follows brackets inside brackets
        return given, ""


def date_of(mail: Message) -> datetime | None:
    """The Date header, None when it is missing, broken or without a zone."""
    try:
        found = parsedate_to_datetime(header(mail, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else None


def message_id_of(mail: Message, raw: bytes) -> str:
    """The Message-ID; made from the bytes where there is none."""
    return header(mail, "Message-ID")[:998] or f"made:{hashlib.sha256(raw).hexdigest()}"


def digest_of(mail: Message, raw: bytes) -> str:
    """A hash of what stays the same when a mail is delivered again: some headers, and the body."""
    hashed = hashlib.sha256()
    for name in _SAME:
        hashed.update(f"{name}:{headers(mail, name)}\0".encode(errors="surrogateescape"))
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    hashed.update(body[1] if len(body) > 1 else b"")
    return hashed.hexdigest()


def parts_of(mail: Message) -> Iterator[Message]:
    """The mail and every part of it, those of mails inside it too; DEEPEST bounds their depth."""
    yield from mail.walk()


def text_of(mail: Message) -> str:
    """Its words and those of its reports, at most MOST_TEXT, without what is attached."""
    found: list[str] = []
    left = MOST_TEXT
    for part in parts_of(mail):
        if part.is_multipart() or part.get_content_maintype() != "text" or left <= 0:
            continue
        raw = part.get_payload(decode=True)
        if isinstance(raw, bytes):
            found.append(decoded(raw[:left], part.get_content_charset()))
            left -= len(found[-1])
    return "\n".join(found)
