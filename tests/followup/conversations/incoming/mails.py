"""Mails as customers' mail programs write them."""

from followup.conversations import tokens
from followup.conversations.models import Message
from followup.models import Ticket

REPLY = "care@nordlys.dk"


def mail(
    text: str, *, sender: str = "customer1@example.com", to: str = REPLY, subject: str = "Re: Your answer",
    message_id: str = "<1@kunde.dk>", extra: str = "", kind: str = "text/plain; charset=utf-8",
) -> bytes:  # fmt: skip
    """One mail; `extra`: further headers, one a line."""
    heads = (
        f"From: Ann Customer <{sender}>\nTo: {to}\nSubject: {subject}\nMessage-ID: {message_id}\n"
        f"Date: Thu, 26 Nov 2026 10:00:00 +0100\n{extra}MIME-Version: 1.0\nContent-Type: {kind}\n"
    )
    return f"{heads}Content-Transfer-Encoding: 8bit\n\n{text}\n".replace("\n", "\r\n").encode()


def sent(ticket: Ticket, **fields: object) -> Message:
    """A mail that left for the customer."""
    values = {
        "direction": "out", "status": "sent", "to_address": "customer1@example.com", "subject": "Your answer",
        "text": "We are sorry.", "message_id": f"out{ticket.pk}@nordlys.dk",
    }  # fmt: skip
    return Message.objects.create(ticket=ticket, **(values | fields))


def address_of(message: Message) -> str:
    """Where the customer answers it."""
    local, _at, domain = REPLY.partition("@")
    return f"{local}+{tokens.reply_token(message)}@{domain}"
