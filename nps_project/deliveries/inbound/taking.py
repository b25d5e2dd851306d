"""Take a mail that came in: read it, act on it, and keep it, in one transaction. A second time changes nothing."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from nps_project.deliveries.inbound import addresses, events, writers
from nps_project.deliveries.inbound.addresses import Use
from nps_project.deliveries.inbound.events import MailEvent, Outcome
from nps_project.deliveries.inbound.models import InboundKind, InboundMail, LeftFor, MailSource
from nps_project.deliveries.inbound.reading import classes
from nps_project.deliveries.inbound.reading.classes import Kind, Reading
from nps_project.deliveries.inbound.reading.parsing import TooDeep
from nps_project.deliveries.inbound.writers import Taken, WrittenMail
from nps_project.deliveries.models import Delivery

logger = logging.getLogger(__name__)

MOST_WHOLE = 27_262_976  # bytes of a mail that somebody wrote: what mail servers take, and a little more
_WRITTEN = (Kind.PERSON, Kind.AUTOMATIC)


@dataclass(frozen=True, slots=True)
class Given:
    """A mail as its source gives it. `raw`: all of it, or its beginning.

    `whole`: reads all of it, up to MOST_WHOLE bytes, where `raw` is its beginning; unset, there is no more.
    """

    uid: int
    raw: bytes
    received_at: datetime
    whole: Callable[[], bytes] | None = None


def take(source: MailSource, given: Given) -> InboundMail:
    """Act on a mail, unless that was done before. Returns: its row, as it was kept the first time.

    Of a mail that cannot be taken apart the headers say whose it is. What cannot be read at all, or whose receiver
    raises, is kept as such and left to a person.
    """
    plus_addresses, why = (settings.BOUNCE_ADDRESS, settings.REPLY_ADDRESS), ""
    try:
        reading = classes.read(given.raw, plus_addresses=plus_addresses, is_wish=_is_wish)
    except Exception as error:  # noqa: BLE001  (somebody else wrote it; the other mails are read all the same)
        logger.warning("mail %d of source %d cannot be read: %s", given.uid, source.pk, type(error).__name__)
        why = LeftFor.TOO_DEEP if isinstance(error, TooDeep) else LeftFor.UNREADABLE
        try:
            reading = classes.read_head(given.raw, plus_addresses=plus_addresses)
        except Exception:  # noqa: BLE001  (as above)
            return _keep_unreadable(source, given, why)
        if reading.kind not in _WRITTEN:
            return _keep(source, given, reading, "", why)[0]
    raw = _whole(source, given, reading)
    try:
        return _act(source, given, raw, reading, why)
    except Exception as error:
        logger.warning("mail %d of source %d is left: %s", given.uid, source.pk, type(error).__name__, exc_info=error)
        return _keep(source, given, reading, "", LeftFor.FAILED)[0]


def _whole(source: MailSource, given: Given, reading: Reading) -> bytes:
    """All bytes of a mail that somebody wrote; read outside any transaction, and only where it is new."""
    if given.whole is None or reading.kind not in _WRITTEN or _rows(source, reading).exists():
        return given.raw
    return given.whole()


def _is_wish(token: str) -> bool:
    meaning = addresses.meaning_of(token)
    return meaning is not None and meaning.use == Use.UNSUBSCRIBE


@transaction.atomic
def _act(source: MailSource, given: Given, raw: bytes, reading: Reading, why: str) -> InboundMail:
    """`why`: of a mail of which the headers alone were read, why it is left to a person where nobody takes it."""
    about = _about(reading)
    left_for = why or _left_for(reading, about)
    row, is_new = _keep(source, given, reading, about, left_for)
    if not is_new and row.left_for != LeftFor.FAILED:
        return row
    if not is_new:  # what failed is tried again when it comes again
        row.left_for = left_for
        row.save(update_fields=["left_for"])
    if reading.kind in _WRITTEN:
        _hand_on(row, WrittenMail(raw, len(raw) >= MOST_WHOLE, reading, given.received_at))
        return row
    event = None if row.left_for else _event(reading, about, given.received_at)
    if event is not None:
        events.take(event, reading.message_id, reading.digest)
    return row


def _hand_on(row: InboundMail, mail: WrittenMail) -> None:
    """Give it to the app that wants it; it is left as it is when none does."""
    taken = writers.take(mail)
    if taken is not None:
        row.left_for = row.from_address = row.subject = ""
        row.stays = taken == Taken.LISTED
        row.save(update_fields=["left_for", "from_address", "subject", "stays"])


def _about(reading: Reading) -> str:
    """The mail that it belongs to: by the token of the address that it was sent to, by the address that the returned
    mail was sent from, by the Message-ID of the returned mail."""
    wanted = Use.UNSUBSCRIBE if reading.kind == Kind.UNSUBSCRIBE else Use.BOUNCE
    for token in (*reading.tokens, *reading.returned_tokens):
        meaning = addresses.meaning_of(token)
        if meaning is not None and meaning.use == wanted:
            return meaning.about
    return _about_ids(reading.mail_ids)


def _about_ids(mail_ids: Sequence[UUID]) -> str:
    known = (
        dict(Delivery.objects.filter(message_id__in=mail_ids).values_list("message_id", "about")) if mail_ids else {}
    )
    return next((known[mail_id] for mail_id in mail_ids if known.get(mail_id)), "")


def _left_for(reading: Reading, about: str) -> str:
    if reading.kind == Kind.PERSON:
        return LeftFor.PERSON
    if not reading.is_understood:
        return LeftFor.NO_REASON
    return "" if about else LeftFor.NOBODYS


def _event(reading: Reading, about: str, at: datetime) -> MailEvent | None:
    """What it tells; None for a delay and for an automatic mail."""
    if reading.kind == Kind.COMPLAINT:
        return MailEvent(Outcome.COMPLAINED, about, at)
    if reading.kind == Kind.UNSUBSCRIBE:
        return MailEvent(Outcome.UNSUBSCRIBED, about, at)
    if reading.kind == Kind.BOUNCE and reading.failed is not None:
        return MailEvent(Outcome.BOUNCED, about, at, reading.failed)
    if reading.kind == Kind.BOUNCE and reading.is_delivered:
        return MailEvent(Outcome.DELIVERED, about, at)
    return None


def _rows(source: MailSource, reading: Reading) -> QuerySet[InboundMail]:
    """The row of this mail, if it was kept before."""
    hashed = hashlib.sha256(reading.message_id.encode(errors="replace")).hexdigest()
    return InboundMail.objects.filter(source=source, message_id_hash=hashed, digest=reading.digest)


def _keep(source: MailSource, given: Given, reading: Reading, about: str, left_for: str) -> tuple[InboundMail, bool]:
    """Its row as it was kept the first time, and whether that is now."""
    shown = {"from_address": reading.sender, "subject": reading.subject} if left_for else {}
    return InboundMail.objects.get_or_create(
        source=source,
        message_id_hash=hashlib.sha256(reading.message_id.encode(errors="replace")).hexdigest(),
        digest=reading.digest,
        defaults={
            "uid": given.uid, "kind": reading.kind.value, "left_for": left_for, "about": about,
            "at": given.received_at, **shown,
        },
    )  # fmt: skip


def keep_not_given(source: MailSource, validity: int, uid: int, at: datetime) -> InboundMail:
    """Note a mail that the server of a mailbox has and does not hand over; a person is to look at it there."""
    digest = hashlib.sha256(f"{validity} {uid}".encode()).hexdigest()
    kept, _is_new = InboundMail.objects.get_or_create(
        source=source,
        message_id_hash=digest,
        digest=digest,
        defaults={"uid": uid, "kind": InboundKind.UNREADABLE, "left_for": LeftFor.UNREADABLE, "at": at},
    )
    return kept


def _keep_unreadable(source: MailSource, given: Given, why: str) -> InboundMail:
    digest = hashlib.sha256(given.raw).hexdigest()
    kept, _is_new = InboundMail.objects.get_or_create(
        source=source,
        message_id_hash=digest,
        digest=digest,
        defaults={"uid": given.uid, "kind": InboundKind.UNREADABLE, "left_for": why, "at": given.received_at},
    )
    return kept
