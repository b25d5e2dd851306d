"""Tells the owner by mail that the customer wrote, with their words; and whose answer to that mail is read."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from followup.conversations.models import Message
from followup.models import Ticket
from followup.notify import mails
from followup.notify.cover import Cover
from nps_project.accounts.links import make_address_token, read_address_token
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery

TEMPLATE = "ticket_wrote"
MOST_A_DAY = 3  # of one ticket to one address: two robots that answer each other end there
DAY = timedelta(hours=24)
MOST_SHOWN = 5_000  # signs of the message
_STAFF = "reply-of-staff"


def mail_owner(ticket: Ticket, message: Message, at: datetime) -> None:
    """Queue the mail to a locked ticket's owner, or their stand-in; after MOST_A_DAY the bell alone rings."""
    owner = ticket.owner
    if owner is None or owner.is_service:
        return
    cover = Cover(at)
    people = [person for person in cover.answering([owner], ticket) if not _got_enough(person, ticket, at)]
    words: dict[str, Any] = {
        "words": message.text[:MOST_SHOWN],
        "is_cut": len(message.text) > MOST_SHOWN,
        "wrote": message,
    }
    key = f"{TEMPLATE}:{message.pk}"
    mails.notify(people, TEMPLATE, ticket, key=key, cover=cover, may_answer=bool(settings.REPLY_ADDRESS), **words)


def _got_enough(person: User, ticket: Ticket, at: datetime) -> bool:
    sent = Delivery.objects.filter(about=f"ticket:{ticket.pk}", template=TEMPLATE, to_address=person.email)
    return sent.filter(queued_at__gte=at - DAY)[:MOST_A_DAY].count() >= MOST_A_DAY


def reply_to(delivery: Delivery) -> str:
    """The address at which this mail is answered; empty when no address for replies is set."""
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{make_address_token(_STAFF, delivery.message_id)}@{domain}" if domain else ""


def answered(token: str) -> tuple[Ticket, User] | None:
    """The ticket and the colleague of whose mail this is the token; None when it is forged, or they may not see it."""
    mail_id = read_address_token(_STAFF, token)
    delivery = Delivery.objects.filter(message_id=mail_id, template=TEMPLATE).first() if mail_id else None
    if delivery is None:
        return None
    person = User.objects.filter(email__iexact=delivery.to_address, is_active=True, is_service=False).first()
    number = delivery.about.partition(":")[2]
    if person is None or not number.isdecimal():
        return None
    ticket = Ticket.objects.visible_to(person).filter(pk=int(number)).first()
    return (ticket, person) if ticket is not None else None
