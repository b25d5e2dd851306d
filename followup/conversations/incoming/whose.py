"""Whose a mail is: by the signed address that it was sent to, by what it answers, by the mark in its text.

Never by a number in its subject, nor by its sender: strangers would land in somebody else's ticket.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message as Mail
from itertools import islice

from followup.conversations import tokens
from followup.conversations.models import Direction, Message
from followup.models import Ticket
from nps_project.deliveries.inbound import addresses
from nps_project.deliveries.inbound.addresses import Use
from nps_project.deliveries.inbound.reading import parsing
from nps_project.deliveries.inbound.reading.classes import Reading
from nps_project.deliveries.models import Delivery
from surveys.campaigns.mail_keys import invitation_id_of
from surveys.models import Contact, Invitation

MOST_IDS = 50
MOST_MARKS = 20  # that are looked at; each is genuine or nothing
LONGEST_ID = 320
_ID = re.compile(r"<([^<>\s]{3,320})>")


@dataclass(frozen=True, slots=True)
class Whose:
    """The ticket that a mail belongs to, and who seems to have written it; None for what is not known."""

    ticket_id: int | None = None
    contact_id: int | None = None


def find(mail: Mail, reading: Reading, text: str) -> Whose:
    """Where a mail belongs. A handful of queries."""
    for message in _answered(mail, reading, text):
        if message.ticket_id is not None:
            return Whose(message.ticket_id, message.contact_id)
    return _of_ask(reading) or Whose(contact_id=_known(reading.sender))


def answered_ids(mail: Mail) -> Sequence[str]:
    """The Message-IDs that a mail answers, the nearest first."""
    found = [*_ID.findall(parsing.headers(mail, "In-Reply-To"))]
    found += reversed(_ID.findall(parsing.headers(mail, "References")))
    return list(dict.fromkeys(found))[:MOST_IDS]


def _answered(mail: Mail, reading: Reading, text: str) -> Iterator[Message]:
    for token in reading.tokens:
        if (message := tokens.message_of_token(token)) is not None:
            yield message
    ids = answered_ids(mail)
    known = {one.message_id: one for one in Message.objects.filter(message_id__in=ids).order_by("-pk")} if ids else {}
    yield from (known[one] for one in ids if one in known)
    for token in islice(tokens.marks_in(text), MOST_MARKS):
        if (message := tokens.message_of_token(token)) is not None:
            yield message


def _of_ask(reading: Reading) -> Whose | None:
    """The ticket of the answer that the answered ask led to, else the customer who was asked."""
    meanings = [addresses.meaning_of(token) for token in reading.tokens]
    abouts = [meaning.about for meaning in meanings if meaning is not None and meaning.use == Use.REPLY]
    if reading.mail_ids and not abouts:
        abouts = list(Delivery.objects.filter(message_id__in=reading.mail_ids).values_list("about", flat=True))
    asked = [number for about in abouts if (number := invitation_id_of(about)) is not None]
    invitation = Invitation.objects.filter(pk__in=asked).order_by("-pk").first() if asked else None
    if invitation is None:
        return None
    ticket = Ticket.objects.filter(response__invitation=invitation.pk).values_list("pk", flat=True).first()
    return Whose(ticket, invitation.contact_id)


def _known(address: str) -> int | None:
    """The customer with this address; where several surveys know one, the company's."""
    found = Contact.objects.with_address(address, None).values_list("pk", flat=True).first() if address else None
    return found


def is_theirs(ticket: Ticket, address: str) -> bool:
    """Whether an address is one of the customer's: of the contact, of the answer, one that we wrote to, or one whose
    mail a person accepted on this ticket. At most three queries."""
    address = address.strip().lower()
    response = ticket.response
    known = {response.contact_email, (response.contact.email or "") if response.contact else ""}
    if not address:
        return False
    if address in {one.strip().lower() for one in known}:
        return True
    messages = ticket.messages.filter(is_automatic=False, is_accepted=True)
    wrote = messages.filter(direction=Direction.IN, from_address__iexact=address)
    written_to = messages.filter(direction=Direction.OUT, to_address__iexact=address)
    return wrote.exists() or written_to.exists() or _was_asked_there(ticket, address)


def _was_asked_there(ticket: Ticket, address: str) -> bool:
    invitation = ticket.response.invitation_id
    return invitation is not None and Invitation.objects.filter(pk=invitation, address__iexact=address).exists()
