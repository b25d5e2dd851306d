"""A colleague answers the mail that told them: it becomes a note, or a mail to the customer that waits for a click.

Read is only what comes to the address that this one mail had, from the address that it went to, of a person who is
still active and may work on the ticket, and never an automatic mail. Everything else waits in the list.
"""

import re

from django.db import transaction
from django.utils import timezone

from followup.conversations import telling
from followup.conversations.incoming.content import quotes
from followup.conversations.incoming.content.bodies import Body
from followup.conversations.models import Channel, Direction, MailDigest, Message, MessageStatus
from followup.conversations.writing.beginning import beginning_of
from followup.conversations.writing.services import SUBJECT_LENGTH
from followup.errors import FollowUpError
from followup.history import chain
from followup.models import ActivityKind, NoticeKind, Ticket
from followup.notices import services as notices
from followup.tickets import actions
from nps_project.accounts.models import Role, User
from nps_project.deliveries.inbound.reading.classes import Kind
from nps_project.deliveries.inbound.writers import WrittenMail

MOST_SIGNS = 10_000  # as of a note that is typed
#: With which a mail to the customer begins, in each language of the product; the mail names the reader's own.
TO_CUSTOMER = {"en": "To the customer:", "nl": "Aan de klant:", "da": "Til kunden:"}
_BEGINS = re.compile(rf"(?i)\s*(?:{'|'.join(map(re.escape, TO_CUSTOMER.values()))})\s*")


def take(mail: WrittenMail, body: Body, key: str) -> bool:
    """Do with a colleague's mail what it says; False for a mail that is none. In the caller's transaction."""
    found = _writer(mail)
    if found is None:
        return False
    ticket, person = found
    ticket = actions.lock(ticket.pk)
    MailDigest.objects.create(digest=key)
    words = quotes.split(body.text).written.strip()[:MOST_SIGNS]
    begins = _BEGINS.match(words)
    if begins and words[begins.end() :].strip():
        _prepare(ticket, person, words[begins.end() :].strip())
    else:
        _note(ticket, person, words, [file.name for file in body.files])
    return True


def _writer(mail: WrittenMail) -> tuple[Ticket, User] | None:
    if mail.reading.kind != Kind.PERSON:
        return None
    found = next((known for token in mail.reading.tokens if (known := telling.answered(token)) is not None), None)
    if found is None or not found[1].is_at_least(Role.AGENT):
        return None
    return found if found[1].email.lower() == mail.reading.sender.strip().lower() else None


def _prepare(ticket: Ticket, person: User, text: str) -> None:
    """A mail that is not accepted yet: a click of theirs, or of a colleague, lets it go."""
    at = timezone.now()
    titled = ticket.messages.exclude(subject="").order_by("-at", "-pk").first()
    subject = beginning_of(
        ticket, [titled] if titled else []
    ).subject  # never that of the mail to staff, which names the score
    Message.objects.create(
        ticket=ticket, contact=ticket.response.contact, direction=Direction.OUT, channel=Channel.MAIL,
        status=MessageStatus.CANCELLED, is_accepted=False, author=person, at=at, text=text,
        subject=subject[:SUBJECT_LENGTH],
        to_address=ticket.response.reach_email, language=ticket.response.language,
    )  # fmt: skip
    chain.append(ticket, ActivityKind.NOTE, at=at, by=person, text=text, is_prepared=True)
    notices.tell([person], NoticeKind.PREPARED, ticket=ticket, at=at)


def _note(ticket: Ticket, person: User, words: str, files: list[str]) -> None:
    text = "\n".join(filter(None, [words, *(f"[{name}]" for name in files)])) or "–"
    try:
        with transaction.atomic():
            actions.add_note(ticket_id=ticket.pk, by=person, text=text)
    except FollowUpError:  # it names somebody who cannot be told: the words are kept all the same
        chain.append(ticket, ActivityKind.NOTE, at=timezone.now(), by=person, text=text)
