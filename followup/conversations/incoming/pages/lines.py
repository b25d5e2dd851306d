"""Mails that came in, as the list and the page of one show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.conversations.incoming import seen_by
from followup.conversations.models import Message
from followup.desk.queue.signs import Sign
from followup.models import Ticket
from followup.presentation.wording import count_words, exactly, when
from followup.tickets.finding import search
from nps_project.accounts.models import User
from nps_project.common.paging import COUNT_LIMIT
from nps_project.common.together import Question, number_of
from surveys.models import Contact
from surveys.text_search import ticket_number

FIRST_WORDS = 200
MOST_TICKETS = 10
WAITING, ASIDE = "waiting", "aside"


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the list. `may_be`: the customer with this address."""

    message: Message
    sender: str
    subject: str
    words: str
    time: str
    exact: str
    may_be: Contact | None

    @property
    def url(self) -> str:
        return reverse("customer_mail:mail", args=[self.message.pk])


def in_view(user: User, view: str) -> QuerySet[Message]:
    """The mails of a tab, the newest first."""
    rows = seen_by.without_ticket(user).filter(set_aside_at__isnull=view != ASIDE)
    return rows.select_related("contact").defer("quoted", "contact__search_vector").order_by("-pk")


def of(messages: Iterable[Message], at: datetime) -> list[Line]:
    """These mails as lines; no query for those of `in_view`."""
    return [
        Line(
            message=one,
            sender=sender_of(one),
            subject=one.subject or _("Without a subject"),
            words=" ".join(one.text.split())[:FIRST_WORDS],
            time=when(one.at, at),
            exact=exactly(one.at),
            may_be=one.contact,
        )
        for one in messages
    ]


def sender_of(message: Message) -> str:
    """Name and address, as far as they are known."""
    if message.from_name and message.from_address:
        return f"{message.from_name} <{message.from_address}>"
    return message.from_address or message.from_name or _("Without a sender")


def tickets_for(user: User, message: Message, words: str) -> list[Ticket]:
    """Tickets that the mail may belong to: those that the words find, or have as their number; without words those of
    the customer who may have written it. The newest first."""
    rows = Ticket.objects.visible_to(user).select_related("response__contact", "owner").order_by("-pk")
    rows = rows.defer("response__search_vector")
    number = ticket_number(words)
    if number is not None:
        return list(rows.filter(pk=number))
    if words:
        return list(rows.filter(pk__in=search.found_by(words, user))[:MOST_TICKETS])
    return list(rows.filter(response__contact=message.contact_id)[:MOST_TICKETS]) if message.contact_id else []


def _waiting(user: User) -> Question:
    return number_of(seen_by.waiting(user), COUNT_LIMIT + 1)


def _words(count: int) -> str:
    said = ngettext("%(n)s mail belongs to no ticket yet", "%(n)s mails belong to no ticket yet", count)
    return said % {"n": count_words(count, COUNT_LIMIT)}


SIGN = Sign("mail without a ticket", _waiting, _words, "/desk/mail/")
