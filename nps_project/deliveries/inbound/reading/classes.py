"""What kind of mail it is. In this order: a report of a delivery, a complaint, a wish to be left in peace, an automatic
mail, a person's.

A null return path alone is no bounce: out-of-office replies rightly carry it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import StrEnum
from uuid import UUID

from nps_project.deliveries.inbound.reading import parsing, reports
from nps_project.deliveries.refusals import RefusedAs

TOKEN = "[a-z2-7]{42}"  # noqa: S105  (the pattern of one; nps_project/accounts/links.py makes them)
_MAIL_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}
_TO = ("Delivered-To", "X-Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc", "Resent-To")
_SERVERS = re.compile(r"(?i)^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|mail delivery sub)")
MOST_FOUND = 50


class Kind(StrEnum):
    """The kinds of mails."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    AUTOMATIC = "automatic"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail that was read.

    `tokens`: those it was sent to; `returned_tokens`, `mail_ids`: those of the mail that it returns or answers.
    `failed` and `is_delivered` are as in Report; `is_understood` is False for a report of which no sense could be made.
    """

    kind: Kind
    sender: str
    subject: str
    at: datetime | None
    message_id: str
    digest: str
    tokens: Sequence[str] = ()
    returned_tokens: Sequence[str] = ()
    mail_ids: Sequence[UUID] = ()
    failed: RefusedAs | None = None
    is_delivered: bool = False
    is_understood: bool = True


def read(raw: bytes, *, plus_addresses: Sequence[str], is_wish: Callable[[str], bool]) -> Reading:
    """Read a mail. `plus_addresses`: whose tokens are looked for; `is_wish`: whether a token of the address that it was
    sent to is one to unsubscribe by. Raises: whatever a mail that nobody foresaw makes Python raise.
    """
    raw = raw[: parsing.MOST_BYTES]
    mail = parsing.parse(raw)
    words = parsing.text_of(mail)
    patterns = _patterns(plus_addresses)
    tokens = _tokens(patterns, parsing.headers(mail, *_TO))
    kind, report, is_understood = _classify(mail, raw, words, any(map(is_wish, tokens)))
    inside = "\n".join([words, *_returned(mail)]) if kind in (Kind.BOUNCE, Kind.COMPLAINT) else ""
    answered = parsing.headers(mail, "In-Reply-To", "References")
    return Reading(
        kind=kind,
        sender=parsing.sender_of(mail),
        subject=parsing.header(mail, "Subject")[:300],
        at=parsing.date_of(mail),
        message_id=parsing.message_id_of(mail, raw),
        digest=parsing.digest_of(mail, raw),
        tokens=tokens,
        returned_tokens=_tokens(patterns, inside),
        mail_ids=_mail_ids(f"{inside}\n{answered}"),
        failed=report.failed,
        is_delivered=report.is_delivered,
        is_understood=is_understood,
    )


def read_head(raw: bytes, *, plus_addresses: Sequence[str]) -> Reading:
    """Read the headers of a mail alone, whose body is made so that nobody takes it apart. It is automatic, or it is a
    person's who is to be heard; `is_understood` is False for one of a mail server. Raises: as `read`."""
    mail = parsing.head_of(raw)
    is_automatic, is_of_server = _is_automatic(mail), _is_from_server(mail)
    return Reading(
        kind=Kind.BOUNCE if is_of_server else Kind.AUTOMATIC if is_automatic else Kind.PERSON,
        sender=parsing.sender_of(mail),
        subject=parsing.header(mail, "Subject")[:300],
        at=parsing.date_of(mail),
        message_id=parsing.message_id_of(mail, raw),
        digest=parsing.digest_of(mail, raw),
        tokens=_tokens(_patterns(plus_addresses), parsing.headers(mail, *_TO)),
        mail_ids=_mail_ids(parsing.headers(mail, "In-Reply-To", "References")),
        is_understood=not is_of_server,
    )


def _classify(mail: Message, raw: bytes, words: str, is_wish: bool) -> tuple[Kind, reports.Report, bool]:
    nothing = reports.Report()
    types = reports.types_in(mail)
    if reports.COMPLAINT in types:
        type_ = reports.feedback_type(mail)
        if type_ in reports.COMPLAINTS:
            return Kind.COMPLAINT, nothing, True
        return (Kind.AUTOMATIC, nothing, True) if type_ else (Kind.COMPLAINT, nothing, False)
    if reports.DELIVERY in types:
        report = reports.delivery_report(mail) or reports.bounce_in_words(raw, words)
        return Kind.BOUNCE, report or nothing, report is not None
    is_automatic = _is_automatic(mail)
    if _is_from_server(mail) or (is_automatic and mail.get("X-Failed-Recipients")):
        report = reports.bounce_in_words(raw, words)
        return Kind.BOUNCE, report or nothing, report is not None
    if is_wish:
        return Kind.UNSUBSCRIBE, nothing, True
    if is_automatic or reports.READ in types:
        return Kind.AUTOMATIC, nothing, True
    return Kind.PERSON, nothing, True


def _is_from_server(mail: Message) -> bool:
    local = parsing.sender_of(mail).partition("@")[0]
    return bool(_SERVERS.match(local) or mail.get("X-Failed-Recipients"))


def _is_automatic(mail: Message) -> bool:
    submitted = parsing.header(mail, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted not in ("", "no"):
        return True
    if mail.get("X-Autoreply") or mail.get("X-Autorespond"):
        return True
    if parsing.header(mail, "Precedence").lower() in ("auto_reply", "bulk", "junk"):
        return True
    return parsing.header(mail, "Return-Path").replace(" ", "") == "<>"


def _returned(mail: Message) -> list[str]:
    """The headers of the mails that it returns, and the fields of its reports."""
    found = []
    for part in parsing.parts_of(mail):
        type_ = part.get_content_type()
        inside = part.get_payload() if part.is_multipart() else None
        if type_ in _RETURNED and isinstance(inside, list):
            found += [_head(block) for block in inside if isinstance(block, Message)]
        elif type_ in (*_RETURNED, reports.COMPLAINT, reports.DELIVERY):
            blocks = inside if isinstance(inside, list) else [part]
            found += [_head(block) for block in blocks if isinstance(block, Message)]
            words = part.get_payload(decode=True) if inside is None else None
            found.append(parsing.decoded(words[: parsing.MOST_TEXT], None) if isinstance(words, bytes) else "")
    return found[:MOST_FOUND]


def _head(part: Message) -> str:
    return "\n".join(f"{name}: {value}" for name, value in part.items())[: parsing.LONGEST_HEADER]


def _patterns(plus_addresses: Sequence[str]) -> Sequence[re.Pattern[str]]:
    found = []
    for address in sorted(set(plus_addresses) - {""}):
        local, _at, domain = (re.escape(part) for part in address.rpartition("@"))
        found.append(re.compile(rf"(?i)(?<![\w.+-]){local}\+({TOKEN})@{domain}(?![\w-])"))
    return found


def _tokens(patterns: Sequence[re.Pattern[str]], text: str) -> Sequence[str]:
    found = [token for pattern in patterns for token in pattern.findall(text)]
    return tuple(dict.fromkeys(token.lower() for token in found))[:MOST_FOUND]


def _mail_ids(text: str) -> Sequence[UUID]:
    return tuple(dict.fromkeys(UUID(found) for found in _MAIL_ID.findall(text.lower())))[:MOST_FOUND]
