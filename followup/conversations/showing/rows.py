"""Reads the conversation of a ticket, and puts it into the lines that a page draws; one query."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, JSONObject, Left
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from followup.conversations import mail_keys
from followup.conversations.models import (
    Attachment,
    AttachmentContent,
    Channel,
    Direction,
    Message,
    MessageStatus,
    RawMail,
)
from followup.conversations.showing.statuses import StatusWords, sender_words, status_words
from followup.desk.queue.rows import FIRST_WORDS
from followup.models import Ticket
from followup.presentation.wording import exactly, when
from nps_project.deliveries.models import Delivery

SHOWN = 50
LONG_WORDS, LONG_LINES = 1200, 16
_AGAIN = (MessageStatus.CANCELLED, MessageStatus.FAILED, MessageStatus.BOUNCED, MessageStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as the page names it. `is_kept`: apart from the whole mail, so that it can be saved by itself."""

    pk: int
    name: str
    size: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as the page draws it. `who`: a person's or the customer's name; "" when the product wrote it."""

    message: Message
    is_out: bool
    who: str
    address: str  # of the customer, as it came or went
    way: str  # such as "on their page"; "" for a mail
    subject: str  # "" when it is that of the message before
    text: str
    quoted: str
    is_long: bool
    is_erased: bool
    time: str
    exact: str
    status: StatusWords
    sender: StatusWords  # what is known of who wrote a mail that came in
    files: list[FileLine]
    has_raw: bool
    is_to_take_back: bool
    is_to_write_again: bool
    is_to_send: bool  # a colleague prepared it by mail
    is_to_accept: bool
    may_be_thanks: bool


def latest_words() -> Combinable:
    """What a ticket's customer wrote last, for the line of the queue; thanks and automatic mails say nothing new."""
    rows = Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.IN, is_accepted=True, is_automatic=False)
    rows = rows.filter(is_thanks=False, erased_at=None).order_by("-at", "-pk")
    return Subquery(rows.values(words=Left("text", FIRST_WORDS))[:1])


def annotations() -> Mapping[str, Combinable]:
    """What the query of a ticket looks for, so that a ticket without messages costs none."""
    return {"has_messages": Exists(Message.objects.filter(ticket=OuterRef("pk")))}


def read(ticket: Ticket, before: int | None = None) -> tuple[list[Message], bool]:
    """The newest messages of a ticket, or those before one of them, oldest first; and whether there are older ones."""
    rows = Message.objects.filter(ticket=ticket)
    if before is not None:
        first = Message.objects.filter(pk=before, ticket=ticket).values("at")[:1]
        rows = rows.filter(at__lte=Subquery(first)).exclude(pk=before).exclude(at=Subquery(first), pk__gt=before)
    found = list(_with_all(rows).order_by("-at", "-pk")[: SHOWN + 1])
    return found[:SHOWN][::-1], len(found) > SHOWN


def _with_all(rows: QuerySet[Message]) -> QuerySet[Message]:
    files = Attachment.objects.filter(message=OuterRef("pk")).order_by("pk")
    kept = Exists(AttachmentContent.objects.filter(attachment=OuterRef("pk")))
    about = Concat(Value(mail_keys.ABOUT), Cast(OuterRef("pk"), CharField()))
    ends = Delivery.objects.filter(about=about, template=mail_keys.TEMPLATE)
    ending = JSONObject(
        status=F("status"), refused_as=F("refused_as"), last_error=F("last_error"), attempts=F("attempts"),
        retry_at=F("retry_at"),
    )  # fmt: skip
    return rows.select_related("author").annotate(
        files=ArraySubquery(files.values(file=JSONObject(pk=F("pk"), name=F("name"), size=F("size"), kept=kept))),
        ending=Subquery(ends.values(ending=ending)[:1]),
        has_raw=Exists(RawMail.objects.filter(message=OuterRef("pk"))),
    )


def lines_of(messages: list[Message], customer: str, at: datetime) -> list[MessageLine]:
    """The lines of messages that `read` read, oldest first. `customer`: what to call them; no query."""
    lines: list[MessageLine] = []
    subject = ""
    last_out = max((place for place, one in enumerate(messages) if _answers(one)), default=-1)
    for place, message in enumerate(messages):
        line = _line(message, customer, at, subject)
        lines.append(replace(line, may_be_thanks=line.may_be_thanks and place > last_out))  # else it was answered
        subject = message.subject or subject
    return lines


def _line(message: Any, customer: str, at: datetime, before: str) -> MessageLine:
    is_out = message.direction == Direction.OUT
    by = message.from_name or (customer if message.is_accepted else message.from_address or _("Somebody"))
    is_queued = is_out and message.status == MessageStatus.QUEUED
    return MessageLine(
        message=message,
        is_out=is_out,
        who=(str(message.author) if message.author else "") if is_out else by,
        address=message.to_address if is_out else message.from_address,
        way=_("on their page") if message.channel == Channel.CASE else "",
        subject=message.subject if _plain(message.subject) != _plain(before) else "",
        text=message.text,
        quoted=message.quoted,
        is_long=len(message.text) > LONG_WORDS or message.text.count("\n") >= LONG_LINES,
        is_erased=message.erased_at is not None,
        time=when(message.sent_at or message.at, at),
        exact=exactly(message.sent_at or message.at),
        status=status_words(message, message.ending, at),
        sender=sender_words(message),
        files=[FileLine(one["pk"], one["name"], filesizeformat(one["size"]), one["kept"]) for one in message.files],
        has_raw=message.has_raw,
        is_to_take_back=is_queued,
        is_to_write_again=is_out and message.status in _AGAIN and message.channel == Channel.MAIL,
        is_to_send=is_out and not message.is_accepted,
        is_to_accept=not is_out and not message.is_accepted,
        may_be_thanks=not is_out and message.is_accepted and not (message.is_automatic or message.is_thanks),
    )


def _answers(message: Message) -> bool:
    """Whether it is a mail of ours that went, or will go."""
    return message.direction == Direction.OUT and message.status not in (MessageStatus.CANCELLED, MessageStatus.FAILED)


def _plain(subject: str) -> str:
    """A subject without what programs put before the one of an answer."""
    words = subject.strip()
    while words[:3].lower() in ("re:", "sv:", "fw:") or words[:4].lower() in ("aw: ", "fwd:", "vs: "):
        words = words.partition(":")[2].strip()
    return words.casefold()
