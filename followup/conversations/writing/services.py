"""Write a mail to the customer of a ticket, and take it back before it leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from followup.conversations import mail_keys
from followup.conversations.files import storing
from followup.conversations.files.content_types import content_type_of, is_program
from followup.conversations.files.storing import NewFile
from followup.conversations.meanwhile import WroteMeanwhile, newer_than
from followup.conversations.models import AttachmentContent, Direction, Message, MessageStatus
from followup.conversations.writing.errors import LeftAlready, MayNotWrite
from followup.conversations.writing.who import why_not
from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, Ticket
from followup.presentation.mail_texts import FIELDS, filled_where_known, left_open
from followup.tickets.actions import lock
from nps_project.accounts.models import User
from nps_project.deliveries import queueing
from nps_project.deliveries.models import Audience
from nps_project.deliveries.queueing import ToCompose

TAKE_BACK = timedelta(seconds=10)  # in which a mail that goes at once can still be taken back
LONGEST_WAIT = timedelta(days=90)
SUBJECT_LENGTH, TEXT_LENGTH = 200, 20_000
MOST_FILES, MOST_BYTES = 10, 10 * 2**20  # of one mail; mail servers take no more than twice as much
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as somebody wrote it. `kept`: ids of files of the ticket's mails that go along again."""

    subject: str
    text: str
    send_at: datetime | None = None  # None: at once
    files: Sequence[NewFile] = field(default_factory=tuple)
    kept: Sequence[int] = field(default_factory=tuple)
    seen: int | None = None  # the id of the newest message that the writer has seen, 0: none; None: not asked


@transaction.atomic
def write(*, ticket_id: int, by: User, draft: Draft, at: datetime | None = None) -> Message:
    """Queue a mail to the customer; it leaves TAKE_BACK later, or at its own time.

    Raises: MayNotWrite; WroteMeanwhile where the writer has not seen what stands there by now; InvalidAction for words,
    a time or files that do not go, also for a field without a value.
    """
    at = at or timezone.now()
    ticket = lock(ticket_id)
    if (reason := why_not(ticket)) is not None:
        raise MayNotWrite("ticket", reason.value, "a customer with an address who may be written to")
    message = unsaved(ticket, by, draft, at)
    _check_words(message)
    _check_time(draft.send_at, at)
    if draft.seen is not None and (meanwhile := newer_than(draft.seen, ticket, by)):
        raise WroteMeanwhile(draft.seen, meanwhile)
    files = [*draft.files, *_kept(ticket, draft.kept)]
    _check_files(files)
    message.save()
    storing.store(message, files)
    mail = ToCompose(
        message.to_address, message.language, mail_keys.about(message.pk), mail_keys.about(message.pk),
        message_id=message.public_id,
    )  # fmt: skip
    queueing.queue_composed(
        [mail], template=mail_keys.TEMPLATE, audience=Audience.CUSTOMER, at=at, not_before=message.send_at
    )
    later = {"until": draft.send_at.isoformat()} if draft.send_at else {}
    chain.append(
        ticket, ActivityKind.MAIL_WRITTEN, at=at, by=by, text=message.subject, message=message.pk, files=len(files),
        **later,
    )  # fmt: skip
    return message


def unsaved(ticket: Ticket, by: User, draft: Draft, at: datetime) -> Message:
    """The message that a draft becomes, with its fields filled in; a few queries, nothing is stored."""
    response, public_id = ticket.response, uuid4()
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    return Message(
        public_id=public_id,
        ticket=ticket,
        contact=response.contact,
        direction=Direction.OUT,
        status=MessageStatus.QUEUED,
        from_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        from_name=by.name,
        to_address=response.reach_email,
        subject=" ".join(filled_where_known(draft.subject, ticket).split()),
        text=filled_where_known(draft.text, ticket).replace("\r\n", "\n").strip(),
        language=response.language,
        author=by,
        at=at,
        send_at=max(draft.send_at or at, at + TAKE_BACK),
        message_id=f"{public_id}@{host}",  # as nps_project/deliveries/handing_over.py writes it
        references=_references(ticket),
    )


def _references(ticket: Ticket) -> list[str]:
    """The Message-IDs of the thread, the last one that of the mail which this one answers; one query.

    That is the customer's last mail, else our own last one.
    """
    mails = Message.objects.filter(ticket=ticket).exclude(message_id="")
    mails = mails.exclude(status__in=(MessageStatus.CANCELLED, MessageStatus.FAILED, MessageStatus.QUEUED))
    last = mails.order_by("direction", "-at", "-pk").values_list("message_id", "references").first()  # "in" < "out"
    return [*last[1], last[0]][-MOST_REFERENCES:] if last else []


def _check_words(message: Message) -> None:
    for name, longest in (("subject", SUBJECT_LENGTH), ("text", TEXT_LENGTH)):
        words = getattr(message, name)
        if not words or "\0" in words or len(words) > longest:
            raise InvalidAction(name, words[:100], f"1 to {longest} characters")
        if open_fields := left_open(words):
            allowed = "words without braces, or a field that this customer has: " + ", ".join(FIELDS)
            raise InvalidAction(name, f"{{{open_fields[0]}}}", allowed)


def _check_time(send_at: datetime | None, at: datetime) -> None:
    if send_at is not None and not at < send_at <= at + LONGEST_WAIT:
        raise InvalidAction("send_at", send_at.isoformat(), f"a time in the next {LONGEST_WAIT.days} days")


def _kept(ticket: Ticket, ids: Iterable[int]) -> list[NewFile]:
    rows = AttachmentContent.objects.filter(
        attachment__in=list(ids)[:MOST_FILES], attachment__message__ticket=ticket,
        attachment__message__direction=Direction.OUT,
    )  # fmt: skip
    return [NewFile(row.attachment.name, bytes(row.content)) for row in rows.select_related("attachment")]


def _check_files(files: Sequence[NewFile]) -> None:
    if len(files) > MOST_FILES:
        raise InvalidAction("files", len(files), f"at most {MOST_FILES} files")
    if sum(len(file.content) for file in files) > MOST_BYTES:
        raise InvalidAction("files", "too large", f"at most {MOST_BYTES // 2**20} MB together")
    for file in files:
        if not file.content:
            raise InvalidAction("files", file.name, "files with something in them")
        if is_program(content_type_of(file.content)):
            raise InvalidAction("files", file.name, "documents and pictures, no programs")


@transaction.atomic
def take_back(*, message_id: int, by: User, at: datetime | None = None) -> Message:
    """Take a mail back that has not left. Raises: LeftAlready; WrongState for one that was taken back before."""
    ticket = lock(Message.objects.values_list("ticket", flat=True).get(pk=message_id, direction=Direction.OUT))
    message = Message.objects.select_for_update(no_key=True).get(pk=message_id)
    if message.status != MessageStatus.QUEUED or not queueing.call_back(mail_keys.about(message_id)):
        raise LeftAlready("message", message.status, "a mail that has not left yet")
    message.status = MessageStatus.CANCELLED
    message.save(update_fields=["status"])
    chain.append(ticket, ActivityKind.MAIL_TAKEN_BACK, at=at or timezone.now(), by=by, message=message_id)
    return message
