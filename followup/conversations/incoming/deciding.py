"""What a person decides about a mail: it is the customer's, it belongs to a ticket, it only thanks, it is set aside.

Each locks the ticket's row and then the message's, looks whether that is still to be decided, and writes one entry.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from followup.clocks import recompute
from followup.clocks.targets import NEXT_REPLY
from followup.conversations import effects
from followup.conversations.models import Direction, Message, MessageStatus
from followup.conversations.writing import services
from followup.conversations.writing.services import Draft
from followup.errors import InvalidAction, WrongState
from followup.history import chain
from followup.models import Activity, ActivityKind, NoticeKind, PromiseState, Ticket
from followup.notices import services as notices
from followup.tickets import actions, opening
from followup.tickets.again import asking
from nps_project.accounts.models import User
from surveys.models import Response

_ENDS = (ActivityKind.RESOLVED, ActivityKind.REOPENED)


@transaction.atomic
def accept(*, message_id: int, by: User) -> Message:
    """Take a mail from another address for the customer's: the ticket follows it now. Raises: WrongState."""
    ticket_id = _of(message_id).ticket_id
    if ticket_id is None:
        raise WrongState("ticket", None, "a mail on a ticket; attach it to one")
    ticket, message = actions.lock(ticket_id), _locked(message_id)
    if message.is_accepted or message.ticket_id != ticket.pk:
        raise WrongState("is_accepted", message.is_accepted, "a mail that waits to be accepted")
    _follow(ticket, message, ActivityKind.MAIL_ACCEPTED, by)
    return message


@transaction.atomic
def attach(*, message_id: int, ticket: Ticket, by: User) -> Message:
    """Put a mail that belongs to no ticket, or waits on another one, on this ticket. Raises: WrongState."""
    locked, message = actions.lock(ticket.pk), _locked(message_id)
    if message.status != MessageStatus.WAITING or message.ticket_id == locked.pk:
        raise WrongState("status", message.status, "a mail that waits for a person, on no ticket or another one")
    if locked.response.erased_at is not None:
        raise WrongState("ticket", locked.pk, "a ticket of a customer who was not erased")
    message.ticket, message.set_aside_at = locked, None
    message.contact_id = locked.response.contact_id or message.contact_id
    _follow(locked, message, ActivityKind.MAIL_ATTACHED, by)
    return message


@transaction.atomic
def open_ticket(*, message_id: int, by: User) -> Message:
    """Attach a mail to the ticket of its customer's newest answer, which is opened by hand where it has none.

    Raises: InvalidAction for a mail whose customer never answered: there is nothing to follow up.
    """
    message = _of(message_id)
    answers = Response.objects.visible_to(by).filter(contact=message.contact_id) if message.contact_id else None
    newest = answers.order_by("-answered_at", "-pk").first() if answers is not None else None
    if newest is None:
        raise InvalidAction("contact", message.contact_id, "a customer who has answered; attach it to a ticket instead")
    ticket = Ticket.objects.filter(response=newest).first()
    if ticket is not None and not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
        raise InvalidAction("contact", message.contact_id, "a customer whose newest ticket you may see")
    return attach(message_id=message_id, ticket=ticket or opening.open_by_hand(response_id=newest.pk, by=by), by=by)


@transaction.atomic
def set_aside(*, message_id: int, by: User, back: bool = False) -> Message:
    """Take a mail that belongs to no ticket off the list, or put it `back`; it is kept. Raises: WrongState."""
    message = _locked(message_id)
    if message.ticket_id is not None or message.status != MessageStatus.WAITING:
        raise WrongState("ticket", message.ticket_id, "a mail that belongs to no ticket")
    message.set_aside_at = None if back else timezone.now()
    message.save(update_fields=["set_aside_at"])
    return message


@transaction.atomic
def only_thanks(*, message_id: int, by: User) -> Message:
    """Say of a customer's message that it only thanks: no answer is due to it, and a ticket that it took up again is
    closed as it was. Raises: WrongState."""
    ticket_id = _of(message_id).ticket_id
    if ticket_id is None:
        raise WrongState("ticket", None, "a message on a ticket")
    at, ticket, message = timezone.now(), actions.lock(ticket_id), _locked(message_id)
    if message.direction != Direction.IN or message.is_automatic or not message.is_accepted or message.is_thanks:
        raise WrongState("is_thanks", message.is_thanks, "a message of the customer that asks for an answer")
    message.is_thanks = True
    message.save(update_fields=["is_thanks"])
    target = recompute.target_of(ticket, NEXT_REPLY)
    if target is not None and target.begins == message.at:
        recompute.end_next_reply(ticket, by=None)
    outcome = _outcome_before(ticket, message)
    if outcome:
        ticket.resolved_at, ticket.outcome = at, outcome
        recompute.close(ticket, at)
        asking.plan(ticket, at)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["resolved_at", "outcome", *recompute.FIELDS])
    chain.append(ticket, ActivityKind.MAIL_ACCEPTED, at=at, by=by, message=message.pk, is_thanks=True)
    if outcome:
        cause = {"root_cause": ticket.root_cause.slug} if ticket.root_cause else {}
        chain.append(ticket, ActivityKind.RESOLVED, at=at, by=by, outcome=outcome, message=message.pk, **cause)
    return message


@transaction.atomic
def send_prepared(*, message_id: int, by: User) -> Message:
    """Let a mail go that a colleague prepared by mail; the mail that leaves is a new one, of who clicked.

    Raises: WrongState; as writing a mail does.
    """
    prepared = _prepared(message_id)
    draft = Draft(prepared.subject, prepared.text)
    sent = services.write(ticket_id=prepared.ticket_id or 0, by=by, draft=draft)
    prepared.delete()
    _waits_no_more(sent.ticket)
    return sent


@transaction.atomic
def drop_prepared(*, message_id: int, by: User) -> Message:
    """Send it not; what was written stays in the history. Raises: WrongState."""
    prepared = _prepared(message_id)
    prepared.is_accepted = True  # it is a mail that was taken back, and can be written again
    prepared.save(update_fields=["is_accepted"])
    _waits_no_more(prepared.ticket)
    return prepared


def _waits_no_more(ticket: Ticket | None) -> None:
    """Take back what the bell says of mails that wait for a click, where none does any more."""
    if ticket is not None and not ticket.messages.filter(direction=Direction.OUT, is_accepted=False).exists():
        notices.take_back(NoticeKind.PREPARED, ticket=ticket)


def _prepared(message_id: int) -> Message:
    message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
    if message is None or message.direction != Direction.OUT or message.is_accepted:
        raise WrongState("message", message_id, "a mail that waits for a click")
    return message


def _outcome_before(ticket: Ticket, message: Message) -> str:
    """The outcome that the ticket had when this message took it up again; empty when it did not, when anybody ended or
    reopened it since, or when more waits for an answer."""
    if ticket.is_resolved or ticket.promises.filter(state=PromiseState.OPEN).exists():
        return ""
    entries = ticket.activities.filter(data__message=message.pk, data__has_key="was")
    entry: Activity | None = entries.order_by("-number").first()
    if entry is None or ticket.activities.filter(kind__in=_ENDS, number__gt=entry.number).exists():
        return ""
    others = ticket.messages.filter(direction=Direction.IN, is_accepted=True, is_automatic=False, is_thanks=False)
    return "" if others.filter(at__gte=message.at).exclude(pk=message.pk).exists() else str(entry.data["was"])


def _of(message_id: int) -> Message:
    return Message.objects.get(pk=message_id)


def _locked(message_id: int) -> Message:
    return Message.objects.select_for_update(no_key=True).get(pk=message_id)


def _follow(ticket: Ticket, message: Message, kind: ActivityKind, by: User, at: datetime | None = None) -> None:
    """Count it as the customer's from when it came, and write who said so."""
    at = at or timezone.now()
    message.is_accepted, message.status = True, MessageStatus.RECEIVED
    message.save(update_fields=["ticket", "contact", "is_accepted", "status", "set_aside_at"])
    was: dict[str, Any] = {"was": ticket.outcome} if ticket.is_resolved else {}
    effects.ask_for_reply(ticket, since=message.at, at=at)
    chain.append(ticket, kind, at=at, by=by, message=message.pk, **was)
