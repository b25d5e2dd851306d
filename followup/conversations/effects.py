"""What it does to a ticket that its customer writes, or says how it stands: the same by mail and on their own page."""

from datetime import datetime
from typing import Any

from followup.clocks import recompute
from followup.conversations import telling
from followup.conversations.models import Message
from followup.history import chain
from followup.models import Activity, ActivityKind, CustomerSaid, NoticeKind, Ticket, TicketStatus


def customer_wrote(ticket: Ticket, message: Message, at: datetime) -> Activity:
    """Let a locked ticket follow a message of its customer, which is stored on it; in the caller's transaction.

    A resolved ticket is taken up again, waiting ends, an answer is due by the play's reply hours, counted from the
    message, and the owner is told. Mere thanks reopen nothing and ask for no answer. The caller leaves out what does
    not count: automatic mail, and mail of another address. Returns: the entry of the history, with the message's id,
    and the outcome that a resolved ticket had.
    """
    reopened: dict[str, Any] = {}
    if not message.is_thanks:
        reopened = {"was": ticket.outcome} if ticket.is_resolved else {}
        ask_for_reply(ticket, since=message.at, at=at)
        telling.tell(ticket, NoticeKind.WROTE, at, message)
    return chain.append(
        ticket, ActivityKind.CUSTOMER_WROTE, at=at, message=message.pk, channel=str(message.channel), **reopened
    )


def stranger_wrote(ticket: Ticket, message: Message, at: datetime) -> Activity:
    """Note on a locked ticket a mail from another address than the customer's, and tell the owner.

    It moves no state and stops no clock until a person says that it is the customer's.
    """
    telling.tell(ticket, NoticeKind.WROTE, at, message)
    return chain.append(
        ticket, ActivityKind.CUSTOMER_WROTE, at=at, message=message.pk, channel=str(message.channel), is_other=True
    )


def customer_said(ticket: Ticket, said: CustomerSaid, at: datetime) -> bool:
    """Keep on a locked ticket what its customer says of it. False when they said the same before, on this closing.

    That it is not fixed takes a resolved ticket up again, and asks for an answer, whatever the play says.
    """
    is_again = ticket.customer_said == said
    if is_again and not (said == CustomerSaid.NOT_FIXED and ticket.is_resolved):
        return False
    was: dict[str, Any] = {"was": ticket.outcome} if said == CustomerSaid.NOT_FIXED and ticket.is_resolved else {}
    ticket.customer_said = said
    ticket.save(update_fields=["customer_said"])
    if said == CustomerSaid.NOT_FIXED:
        ask_for_reply(ticket, since=at, at=at, is_owed=True)
        telling.tell(ticket, NoticeKind.WROTE, at)
    chain.append(ticket, ActivityKind.CUSTOMER_SAID, at=at, said=said.value, **was)
    return True


def ask_for_reply(ticket: Ticket, *, since: datetime, at: datetime, is_owed: bool = False) -> None:
    """Take a locked ticket up again where it is resolved, end its waiting, and make an answer due; saves it.

    `since`: from when the hours count. `is_owed`: also where the play gives no hours for an answer.
    """
    take_up(ticket, at)
    recompute.start_reply(ticket, since, is_owed=is_owed)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["resolved_at", "outcome", *recompute.FIELDS])


def take_up(ticket: Ticket, at: datetime) -> None:
    """Take a locked ticket up again where it is resolved, and end its waiting; the caller saves it."""
    if ticket.is_resolved:
        recompute.reopen(ticket, at)
    elif ticket.status == TicketStatus.WAITING:
        recompute.end_waiting(ticket, at)
