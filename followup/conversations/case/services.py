"""What happens on a customer's page: they write, say how it stands, or are answered there.

Each function is one transaction; the answer's row is locked first, then the ticket's.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from followup.clocks import recompute
from followup.clocks.first_contact import counts_as_contact
from followup.conversations import effects, on_ticket
from followup.conversations.case.models import CaseMessage, ClosedCase
from followup.conversations.meanwhile import WroteMeanwhile, newer_than
from followup.conversations.models import Channel, Direction, Message, MessageStatus
from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, AttemptChannel, AttemptResult, CustomerSaid, Ticket
from followup.tickets import actions, attempts
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep

LONGEST = 10_000  # characters of a message


@transaction.atomic
def write(*, response_id: int, text: str, submission: UUID | None, at: datetime) -> bool:
    """Store what the customer wrote, on their ticket where it has one; else it waits for that, and for a person.

    The same form with the same words is done once; of an answer that was erased meanwhile nothing is kept. Returns:
    whether it was stored now.
    """
    response = on_ticket.lock_response(response_id)
    if response.erased_at is not None:
        return False
    if submission is not None:
        earlier = CaseMessage.objects.select_related("message").filter(submission=submission).first()
        if earlier is not None and earlier.message.text == text:
            return False
        submission = None if earlier else submission  # a form that was sent, changed and sent again says both
    ticket = on_ticket.ticket_of(response)
    message = Message.objects.create(
        ticket=ticket,
        contact=response.contact,
        direction=Direction.IN,
        channel=Channel.CASE,
        status=MessageStatus.RECEIVED if ticket else MessageStatus.WAITING,
        from_address=response.reach_email,
        from_name=response.reach_name,
        text=text,
        language=response.language,
        at=at,
    )
    CaseMessage.objects.create(message=message, response=response, submission=submission)
    if ticket is not None:
        effects.customer_wrote(ticket, message, at)
    return True


@transaction.atomic
def say(*, response_id: int, said: CustomerSaid, at: datetime) -> bool:
    """Keep what the customer says of it: fixed, or not. False when they said so before, and without a ticket."""
    ticket = on_ticket.ticket_of(on_ticket.lock_response(response_id))
    return ticket is not None and effects.customer_said(ticket, said, at)


@transaction.atomic
def answer(*, ticket_id: int, by: User, text: str, at: datetime, seen: int | None = None) -> Message:
    """Answer the customer on their page, where no mail can reach them. `seen`: the id of the newest message that the
    writer has seen, 0: none; None: not asked. Raises: InvalidAction for no words; WroteMeanwhile.

    It ends the reply that was due. It counts as the first contact as a mail would; and, of a customer who left no way
    to be reached, when they have written themselves.
    """
    text = text.strip()
    if not text:
        raise InvalidAction("text", text, "some words")
    ticket = actions.lock(ticket_id)
    if seen is not None and (meanwhile := newer_than(seen, ticket, by)):
        raise WroteMeanwhile(seen, meanwhile)
    message = Message.objects.create(
        ticket=ticket, direction=Direction.OUT, channel=Channel.CASE, status=MessageStatus.SENT, text=text, author=by,
        language=ticket.response.language, contact=ticket.response.contact, at=at, sent_at=at,
    )  # fmt: skip
    chain.append(ticket, ActivityKind.MAIL_WRITTEN, at=at, by=by, message=message.pk, channel=Channel.CASE.value)
    if ticket.is_resolved:
        return message
    if ticket.first_contact_at is None and _is_contact(ticket):
        attempts.log_attempt(
            ticket_id=ticket.pk, by=by, result=AttemptResult.REACHED, channel=AttemptChannel.OTHER, now=at
        )
        return message
    recompute.end_next_reply(ticket, by=None)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=recompute.FIELDS)
    return message


def _is_contact(ticket: Ticket) -> bool:
    if not ticket.can_be_reached:
        return Message.objects.filter(ticket=ticket, direction=Direction.IN, is_accepted=True).exists()
    return counts_as_contact(
        result=AttemptResult.SENT,
        channel=AttemptChannel.EMAIL,
        contact_by=ticket.play.contact_by,
        has_phone=bool(ticket.response.reach_phone),
        has_called=ticket.attempts.filter(channel=AttemptChannel.PHONE).exists(),
    )


@transaction.atomic
def close(*, ticket_id: int, by: User, at: datetime, is_closed: bool) -> None:
    """Close the page of a ticket's customer, or open it again. A second time changes nothing."""
    response_id = actions.lock(ticket_id).response_id
    if is_closed:
        ClosedCase.objects.get_or_create(response_id=response_id, defaults={"at": at, "by": by})
    else:
        ClosedCase.objects.filter(response=response_id).delete()


# What was written before there was a ticket


def _without_ticket(_at: datetime) -> QuerySet[CaseMessage]:
    """Messages whose answer has a ticket by now, or follows one that has."""
    waits = Q(message__status=MessageStatus.WAITING, message__ticket=None, message__set_aside_at=None)
    has_ticket = Q(response__ticket__isnull=False) | Q(response__follows__ticket__isnull=False)
    return CaseMessage.objects.filter(waits, has_ticket).order_by("pk")


@transaction.atomic
def _take_over(message_id: int, at: datetime) -> bool:
    written = CaseMessage.objects.get(pk=message_id)
    ticket = on_ticket.ticket_of(on_ticket.lock_response(written.response_id))
    if ticket is None:
        return False
    rows = Message.objects.select_for_update(no_key=True).filter(status=MessageStatus.WAITING, ticket=None)
    message = rows.filter(pk=message_id, set_aside_at=None).first()
    if message is None:
        return False
    message.ticket, message.status = ticket, MessageStatus.RECEIVED
    message.save(update_fields=["ticket", "status"])
    effects.customer_wrote(ticket, message, at)
    return True


TAKE_OVER = sweep.add(Sweep("followup.take_over_case_messages", _without_ticket, _take_over))
