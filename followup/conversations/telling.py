"""Tells by bell and mail that the customer wrote, with their words; and whose answer to that mail is read.

Told is the owner; of a ticket without one, who wrote to the customer last: their mail is what the customer answers.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from followup.conversations.models import Direction, Message
from followup.models import NoticeKind, Ticket
from followup.notices import services as notices
from followup.notify import mails
from followup.notify.cover import Cover
from nps_project.accounts.links import make_address_token, read_address_token
from nps_project.accounts.models import Role, User
from nps_project.deliveries.models import Delivery

TEMPLATE = "ticket_wrote"
MOST_A_DAY = 3  # of one ticket to one address: two robots that answer each other end there
MOST_OF_ALL = 60  # of all tickets to one address: who floods customers' pages fills nobody's mailbox
DAY = timedelta(hours=24)
MOST_SHOWN = 5_000  # signs of the message
_STAFF = "reply-of-staff"


def tell(ticket: Ticket, kind: NoticeKind, at: datetime, message: Message | None = None) -> None:
    """Tell whoever looks after a locked ticket, or who stands in for them; of a message by mail, too.

    Without such a person the queue alone tells.
    """
    person = looks_after(ticket)
    if person is None:
        return
    cover = Cover(at)
    notices.tell(cover.answering([person], ticket), kind, ticket=ticket, at=at)
    if message is not None:
        _mail(person, ticket, message, cover, at)


def tell_author(ticket: Ticket, message: Message, kind: NoticeKind, at: datetime) -> None:
    """Tell by the bell who wrote a mail on a locked ticket, or who stands in for them; an API key has none."""
    if message.author is not None and not message.author.is_service:
        notices.tell(Cover(at).answering([message.author], ticket), kind, ticket=ticket, at=at)


def looks_after(ticket: Ticket) -> User | None:
    """The owner of a ticket; without one who wrote to the customer last, while they may still see it. At most two
    queries."""
    if ticket.owner is not None:
        return None if ticket.owner.is_service else ticket.owner
    wrote = Message.objects.filter(ticket=ticket, direction=Direction.OUT, author__is_service=False)
    last = wrote.select_related("author").order_by("-at", "-pk").first()
    writer = last.author if last is not None else None
    if writer is None or not writer.is_at_least(Role.AGENT):
        return None
    return writer if Ticket.objects.visible_to(writer).filter(pk=ticket.pk).exists() else None


def _mail(person: User, ticket: Ticket, message: Message, cover: Cover, at: datetime) -> None:
    """Queue the mail; after MOST_A_DAY, or MOST_OF_ALL, the bell alone rings."""
    people = [one for one in cover.answering([person], ticket) if not _got_enough(one, ticket, at)]
    words: dict[str, Any] = {
        "words": message.text[:MOST_SHOWN],
        "is_cut": len(message.text) > MOST_SHOWN,
        "wrote": message,
    }
    key = f"{TEMPLATE}:{message.pk}"
    mails.notify(people, TEMPLATE, ticket, key=key, cover=cover, may_answer=bool(settings.REPLY_ADDRESS), **words)


def _got_enough(person: User, ticket: Ticket, at: datetime) -> bool:
    sent = Delivery.objects.filter(template=TEMPLATE, to_address=person.email, queued_at__gte=at - DAY)
    tickets = list(sent.values_list("about", flat=True)[:MOST_OF_ALL])
    return len(tickets) >= MOST_OF_ALL or tickets.count(f"ticket:{ticket.pk}") >= MOST_A_DAY


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
