"""Take a mail apart, however it is made: bounded in size, depth and parts; broken charsets read as far as they can be.

Nothing is decompressed or fetched, and attachments are not opened. Python takes quadratic time for some headers and
charsets, which strangers may send: headers are cut before it looks at them, and those charsets are not asked.
"""

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime
from functools import lru_cache

MOST_BYTES = 262_144  # of a mail are read; its report stands in front of what it returns
DEEPEST = 20  # boundaries and mails inside mails
MOST_PARTS = 2000
MOST_BLANK = 12_000  # blank lines of a mail with a delivery report, each of which begins a part of it
MOST_LINES = 1_000_000  # each is an object of its own while a mail is parsed
MOST_TEXT = 65_536  # of words that are looked through
LONGEST_HEADER = 20_000
LONGEST_OF_PART = 3_000  # Content-Type and its like, whose parameters Python finds in quadratic time
MOST_OF_HEAD = 65_536  # that are read of a mail which is not taken apart
_STEPS = re.compile(rb"(?i)boundary\s*\*?\d*\*?\s*=|message/(?:rfc822|global)")
_SAME = ("message-id", "from", "to", "date", "subject")
_SLOW_CHARSETS = {"punycode", "idna"}  # names of hosts are written in them, and never a text
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")


class TooDeep(ValueError):
    """More parts inside parts than any mail program writes, or more lines."""


class _ShortHeaders(Compat32):
    """Parses headers as they stand, up to a length; the mail itself keeps all of them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Called by the parser for each header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[: LONGEST_OF_PART if name.lower().startswith("content-") else LONGEST_HEADER]


_POLICY = _ShortHeaders()


def parse(raw: bytes, most_bytes: int = MOST_BYTES) -> Message:
    """The mail, of its first bytes. Raises: TooDeep."""
    raw = raw[:most_bytes]
    if len(_STEPS.findall(raw)) > DEEPEST or raw.count(b"\n--") > MOST_PARTS:
        raise TooDeep
    if raw.count(b"\n") > MOST_LINES or raw.count(b"\r") > MOST_LINES:
        raise TooDeep
    if b"message/delivery-status" in raw.lower() and raw.count(b"\n\r\n") + raw.count(b"\n\n") > MOST_BLANK:
        raise TooDeep
    mail = BytesParser(policy=_POLICY).parsebytes(raw)
    for part in mail.walk():
        _mend_charset(part)
    return mail


def _mend_charset(part: Message) -> None:
    """Python's own functions decode by what a part names as its charset, whatever that is."""
    given = part.get_param("charset")
    if given is None:
        return
    try:
        name = collapse_rfc2231_value(given)
        part.set_param("charset", name if _is_charset(name) else "latin-1")
    except (ValueError, LookupError, TypeError):
        part.replace_header("Content-Type", part.get_content_type())


@lru_cache(maxsize=256)
def _is_charset(name: str) -> bool:
    """Whether texts are written in it; Python also has codecs of this name that pack bytes, or refuse all of them."""
    try:
        found = codecs.lookup(name).name
        return found not in _SLOW_CHARSETS and isinstance(b"a".decode(found, "replace"), str)
    except (LookupError, ValueError):  # no such charset, or one that is no charset
        return False


def head_of(raw: bytes) -> Message:
    """The mail by its headers alone, whatever its body is made of; the body is one text, and cut."""
    ends = _END_OF_HEAD.search(raw, 0, MOST_OF_HEAD)
    head = raw[: ends.end() if ends else MOST_OF_HEAD]
    mail = BytesHeaderParser(policy=_POLICY).parsebytes(head)
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        del mail[name]
    mail.set_payload(raw[len(head) : len(head) + MOST_TEXT].decode(errors="replace"))
    return mail


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
    name = charset or "ascii"
    return raw.decode(name if _is_charset(name) else "latin-1", errors="replace")


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
