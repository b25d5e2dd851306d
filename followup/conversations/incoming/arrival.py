"""Takes a mail that somebody wrote: on its ticket, or into the list of mails that belong to nobody yet. Once, however
often it is delivered."""

import hashlib
import logging
from datetime import datetime, timedelta
from email.message import Message as Mail

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from followup.conversations import effects
from followup.conversations.incoming import staff_mail, whose
from followup.conversations.incoming.content import bodies, quotes
from followup.conversations.incoming.content.bodies import Body
from followup.conversations.models import (
    Attachment,
    AttachmentContent,
    Channel,
    Direction,
    MailDigest,
    Message,
    MessageStatus,
    RawMail,
)
from followup.history import chain
from followup.models import ActivityKind, Ticket
from followup.tickets import actions
from nps_project.deliveries.inbound.reading import authentication, parsing
from nps_project.deliveries.inbound.reading.authentication import SenderCheck
from nps_project.deliveries.inbound.reading.classes import Kind
from nps_project.deliveries.inbound.taking import MOST_WHOLE
from nps_project.deliveries.inbound.writers import Taken, WrittenMail

logger = logging.getLogger(__name__)

LISTED_FOR = timedelta(days=30)  # an older mail that belongs to nobody was there before us: it stays where it is


def take(mail: WrittenMail) -> Taken | None:
    """Keep a mail, and let its ticket follow it; None for an automatic mail, and a very old one, of nobody.

    The caller's transaction keeps that the mail was read.
    """
    parsed, body = _taken_apart(mail.raw)
    key = _digest(mail, body)
    known = _known(key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _take(mail, parsed, body, key)
    except IntegrityError:  # another worker was quicker
        known = _known(key)
        if known is None:
            raise
        return known


def _taken_apart(raw: bytes) -> tuple[Mail, Body]:
    """The mail and its body. What nobody can take apart shows as it came: it is not to be lost for that."""
    try:
        parsed = parsing.parse(raw, MOST_WHOLE)
        return parsed, bodies.read(parsed)
    except Exception as error:  # noqa: BLE001  (somebody else wrote it, with whatever makes Python raise)
        logger.warning("a mail is shown as it came: %s", type(error).__name__)
        head = parsing.head_of(raw)
        return head, Body(bodies.clean(str(head.get_payload())), ())


def _take(mail: WrittenMail, parsed: Mail, body: Body, key: str) -> Taken | None:
    checked = authentication.check(parsed, mail.reading.sender, settings.MAIL_AUTH_SERVER)
    if checked != SenderCheck.FAILED and staff_mail.take(mail, body, key):
        return Taken.UNDERSTOOD
    found = whose.find(parsed, mail.reading, body.text)
    is_of_nobody = found.ticket_id is None
    if is_of_nobody and (mail.reading.kind == Kind.AUTOMATIC or mail.received_at < timezone.now() - LISTED_FOR):
        return None
    return _taken(_keep(mail, parsed, body, found, key, checked))


def _known(key: str) -> Taken | None:
    """What was done with this mail when it came before."""
    row = MailDigest.objects.select_related("message").filter(pk=key).first()
    if row is None:
        return None
    return _taken(row.message) if row.message is not None else Taken.UNDERSTOOD


def _taken(message: Message) -> Taken:
    return Taken.LISTED if message.ticket_id is None else Taken.UNDERSTOOD


def _digest(mail: WrittenMail, body: Body) -> str:
    """The same for one mail by whatever way it comes: a service hands over the words, not the bytes."""
    reading = mail.reading
    parts = [reading.message_id, reading.sender.lower(), reading.subject, " ".join(body.text.split())]
    if reading.message_id.startswith("made:"):  # it has none: the bytes are its own
        parts = [reading.digest]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _keep(
    mail: WrittenMail, parsed: Mail, body: Body, found: whose.Whose, key: str, checked: SenderCheck
) -> Message:  # fmt: skip
    at = timezone.now()
    ticket = actions.lock(found.ticket_id) if found.ticket_id is not None else None
    if ticket is not None and ticket.response.erased_at is not None:  # nobody's data come back to it
        ticket, found = None, whose.Whose()
    is_automatic = mail.reading.kind == Kind.AUTOMATIC
    is_forged = checked == SenderCheck.FAILED
    is_theirs = ticket is not None and not is_forged and whose.is_theirs(ticket, mail.reading.sender)
    message = _read(mail, parsed, body)
    message.sender_check = checked
    message.ticket, message.is_automatic = ticket, is_automatic
    message.contact_id = (ticket.response.contact_id if ticket and is_theirs else None) or found.contact_id
    message.is_accepted = is_theirs or (is_automatic and ticket is not None)
    message.status = MessageStatus.RECEIVED if message.is_accepted else MessageStatus.WAITING
    message.save()
    MailDigest.objects.create(digest=key, message=message)
    RawMail.objects.create(message=message, content=mail.raw)
    _store_files(message, body)
    if ticket is not None:
        _follow(ticket, message, at)
    return message


def _follow(ticket: Ticket, message: Message, at: datetime) -> None:
    if message.is_automatic:
        chain.append(ticket, ActivityKind.AUTOMATIC_MAIL, at=at, message=message.pk)
    elif message.is_accepted:
        effects.customer_wrote(ticket, message, at)
    else:
        effects.stranger_wrote(ticket, message, at)


def _read(mail: WrittenMail, parsed: Mail, body: Body) -> Message:
    """The message, not stored yet."""
    parts = quotes.split(body.text)
    return Message(
        direction=Direction.IN, channel=Channel.MAIL, at=mail.received_at,
        from_address=mail.reading.sender, from_name=parsing.address_in(parsed, "From")[0].strip()[:200],
        to_address=parsing.address_in(parsed, "To")[1][:320], subject=mail.reading.subject,
        text=parts.written, quoted=parts.quoted,
        message_id=_own_id(mail.reading.message_id), references=list(whose.answered_ids(parsed)),
    )  # fmt: skip


def _own_id(given: str) -> str:
    """Without its brackets; empty where it has none, or is no id."""
    bare = given.strip().removeprefix("<").removesuffix(">")
    return "" if given.startswith("made:") or len(bare) > whose.LONGEST_ID or set(bare) & set("<> \t") else bare


def _store_files(message: Message, body: Body) -> None:
    for file in body.files:
        row = Attachment.objects.create(message=message, name=file.name, content_type=file.content_type, size=file.size)
        if file.content is not None:
            AttachmentContent.objects.create(attachment=row, content=file.content)
