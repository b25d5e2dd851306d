"""To whom a person may write, from whom it comes, and where the answer goes. No query beyond what was read."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from followup.conversations import tokens
from followup.conversations.models import Message
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.deliveries.queueing import is_reserved


class WhyNot(StrEnum):
    """Why no mail can be written to a customer."""

    NO_ADDRESS = "no_address"
    DO_NOT_CONTACT = "do_not_contact"
    RESERVED_ADDRESS = "reserved_address"


def why_not(ticket: Ticket) -> WhyNot | None:
    """Why this customer is not written to; None when they may be. An unsubscription stops asking, not a person's mail.

    Where no mail server is set, nothing leaves: an address that can belong to nobody is no reason then.
    """
    response = ticket.response
    if not response.reach_email:
        return WhyNot.NO_ADDRESS
    if response.contact is not None and response.contact.do_not_contact:
        return WhyNot.DO_NOT_CONTACT
    if is_reserved(response.reach_email) and not settings.MAIL_IS_STORED_ONLY:
        return WhyNot.RESERVED_ADDRESS
    return None


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """Where the customer's answer goes: to the ticket, or to a person's own address."""

    address: str
    is_ticket: bool


def answers_go_to(ticket: Ticket, author: User | None, message: Message | None = None) -> AnswerTo:
    """The Reply-To: REPLY_ADDRESS, with the token of `message`; unset, the owner's own address, else the author's."""
    if settings.REPLY_ADDRESS:
        return AnswerTo(tokens.reply_address(message) if message else settings.REPLY_ADDRESS, True)
    people = (person for person in (ticket.owner, author) if person is not None)
    return AnswerTo(next((one.email for one in people if one.is_active and not one.is_service), ""), False)
