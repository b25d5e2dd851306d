"""Make the mails of messages at the moment of sending, unless something speaks against it by then."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef

from followup.conversations import mail_keys, tokens
from followup.conversations.files import storing
from followup.conversations.models import Attachment, Message, MessageStatus
from followup.conversations.writing.letter import letter_of
from followup.conversations.writing.who import answers_go_to, why_not
from nps_project.deliveries.composing import Composed, Mail, Never
from nps_project.deliveries.models import Delivery
from surveys.branding import look

ANOTHER_ADDRESS = "another_address"  # the customer has another one since the mail was written


def compose(deliveries: Sequence[Delivery], at: datetime) -> Mapping[int, Composed]:
    """The mails of messages, by the ids of the deliveries; a fixed number of queries."""
    ids = {row.pk: mail_keys.message_id_of(row.about) or 0 for row in deliveries}
    rows = Message.objects.select_related(
        "author", "ticket__owner", "ticket__response__contact", "ticket__response__survey"
    ).defer("ticket__response__search_vector", "ticket__response__contact__search_vector")
    rows = rows.annotate(has_files=Exists(Attachment.objects.filter(message=OuterRef("pk"))))
    found = {row.pk: row for row in rows.filter(pk__in=set(ids.values()))}
    return {row.pk: _compose(row, found.get(ids[row.pk])) for row in deliveries}


def _compose(delivery: Delivery, message: Message | None) -> Composed:
    if message is None or message.ticket is None or message.status != MessageStatus.QUEUED:
        return Never(message.status if message else "gone")
    if (reason := why_not(message.ticket)) is not None:
        return Never(reason.value)
    response = message.ticket.response
    if response.reach_email.lower() != delivery.to_address.lower():
        return Never(ANOTHER_ADDRESS)
    made = letter_of(message, response.survey.brand, look.shown())
    return Mail(
        made.subject, made.text, made.html, headers_of(message), tokens.bounce_address(message), by_person=True,
        has_files=message.has_files,  # type: ignore[attr-defined]  # annotated above
        files=partial(storing.read, message.pk),
    )  # fmt: skip


def headers_of(message: Message) -> dict[str, str]:
    """Where the answer goes, and which mails it belongs to. Reads the ticket and the author."""
    headers = {"Content-Language": message.language} if message.language else {}
    answers = answers_go_to(message.ticket, message.author, message) if message.ticket else None
    if answers and answers.address:
        headers["Reply-To"] = answers.address
    known = [one for one in map(in_brackets, message.references) if one]
    if known:
        headers |= {"In-Reply-To": known[-1], "References": " ".join(known)}
    return headers


def in_brackets(message_id: str) -> str:
    """A Message-ID as a header has it; "" for one that is no single word, whoever wrote it."""
    plain = message_id.strip().strip("<>")
    is_word = plain.isascii() and plain.isprintable() and not set(plain) & set(" <>")
    return f"<{plain}>" if plain and is_word and len(plain) <= 250 else ""
