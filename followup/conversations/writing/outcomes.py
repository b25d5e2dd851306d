"""What became of a mail: it left, or did not, and what its server or service told later. A second call changes nothing.

The first mail counts as the contact at the moment it left, and no longer once it came back. Who wrote a mail that did
not reach the customer is told by the bell: they may have gone home since.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from followup.clocks import recompute
from followup.conversations import mail_keys, telling, tokens
from followup.conversations.models import Direction, Message, MessageStatus
from followup.conversations.writing import complaints
from followup.history import chain
from followup.models import ActivityKind, Attempt, AttemptChannel, AttemptResult, NoticeKind, Ticket
from followup.tickets import attempts
from followup.tickets.actions import lock
from nps_project.deliveries import queueing
from nps_project.deliveries.inbound import addresses
from nps_project.deliveries.inbound.addresses import Meaning, Use
from nps_project.deliveries.inbound.events import MailEvent, Outcome, mail_event
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.refusals import RefusedAs
from nps_project.deliveries.signals import delivery_failed
from surveys.campaigns.outcomes import count_bounce

_LEFT = (MessageStatus.SENT, MessageStatus.DELIVERED)
_MAY_LEAVE = (MessageStatus.QUEUED, MessageStatus.UNKNOWN)
RESTORED = "restored"
# What the server says of the address, and not of us: the mail came back before it left.
_OF_ADDRESS = (RefusedAs.ADDRESS, RefusedAs.FULL)


def connect() -> None:
    """Connect the receivers, and let tokens in mail addresses be read; the app's ready() calls it."""
    delivery_failed.connect(mail_did_not_leave, dispatch_uid="conversations.mail_did_not_leave")
    mail_event.connect(heard, dispatch_uid="conversations.mail_event")
    addresses.add(meaning_of)


def meaning_of(token: str) -> Meaning | None:
    """What a token in the address means that a mail came back to."""
    message = tokens.message_of_bounce_token(token)
    return Meaning(Use.BOUNCE, mail_keys.about(message.pk)) if message is not None else None


def mails_left(deliveries: Sequence[Delivery]) -> None:
    """Mark the messages sent, and count the contact; one that the outbox keeps, or that went nowhere, was not sent."""
    for delivery in deliveries:
        message_id = mail_keys.message_id_of(delivery.about)
        if message_id is None:
            continue
        if delivery.status == Status.SENT:
            _left(message_id, delivery.sent_at or timezone.now(), MessageStatus.SENT)
        else:
            _did_not_leave(message_id, MessageStatus.FAILED, delivery.status)


def mail_did_not_leave(sender: type, *, delivery: Delivery, **_more: Any) -> None:
    """Mark the message by how its delivery ended. One that was taken back says so itself."""
    message_id = mail_keys.message_id_of(delivery.about)
    if delivery.template != mail_keys.TEMPLATE or message_id is None:
        return
    if delivery.status == Status.UNKNOWN:
        _did_not_leave(message_id, MessageStatus.UNKNOWN, "")
    elif delivery.status == Status.FAILED and delivery.refused_as in _OF_ADDRESS:
        _did_not_leave(message_id, MessageStatus.BOUNCED, delivery.refused_as)
        _count_bounce(message_id, RefusedAs(delivery.refused_as), timezone.now())
    else:
        is_code = delivery.status == Status.CANCELLED
        _did_not_leave(message_id, MessageStatus.FAILED, delivery.last_error if is_code else delivery.refused_as)


@transaction.atomic
def heard(sender: type, *, event: MailEvent, **_more: Any) -> None:
    """What a service or a mailbox tells of a mail that left."""
    message_id = mail_keys.message_id_of(event.about)
    if message_id is None or not Message.objects.filter(pk=message_id).exists():
        return
    if event.outcome == Outcome.DELIVERED:
        _left(message_id, event.at, MessageStatus.DELIVERED)
    elif event.outcome == Outcome.BOUNCED:
        _came_back(message_id, event)
    else:
        complaints.wants_no_more(message_id, event.at, is_complaint=event.outcome == Outcome.COMPLAINED)


def hold_after_restore(at: datetime) -> int:
    """After a restore: what waited may have left since the backup, so nobody knows, and nothing is sent a second time.

    Returns: how many waited.
    """
    waited = Message.objects.filter(direction=Direction.OUT, status=MessageStatus.QUEUED).order_by("pk")
    ids = list(waited.values_list("pk", flat=True))
    for message_id in ids:
        queueing.cancel_unsent([mail_keys.about(message_id)])
        _did_not_leave(message_id, MessageStatus.UNKNOWN, RESTORED)
    return len(ids)


def _locked(message_id: int) -> tuple[Ticket, Message] | None:
    """The ticket and its message, both locked in this order; None when it is gone."""
    ticket_id = Message.objects.filter(pk=message_id, direction=Direction.OUT).values_list("ticket", flat=True).first()
    if ticket_id is None:
        return None
    ticket = lock(ticket_id)
    return ticket, Message.objects.select_for_update(of=("self",), no_key=True).select_related("author").get(
        pk=message_id
    )


@transaction.atomic
def _left(message_id: int, at: datetime, status: MessageStatus) -> None:
    """It left, or even arrived: a service may tell that first. What came back stays so."""
    found = _locked(message_id)
    if found is None:
        return
    ticket, message = found
    at = min(at, timezone.now())  # the service's clock may differ
    if message.status == MessageStatus.SENT and status == MessageStatus.DELIVERED:
        message.status = status
        message.save(update_fields=["status"])
    elif message.status in _MAY_LEAVE or (message.status in _LEFT and message.sent_at is None):
        message.status = status if message.status in _MAY_LEAVE else message.status
        message.sent_at = at
        message.save(update_fields=["status", "sent_at"])
        _log(ticket, message, at)
    elif message.status == MessageStatus.BOUNCED and message.sent_at is None:
        message.sent_at = at
        message.save(update_fields=["sent_at"])


def _log(ticket: Ticket, message: Message, at: datetime) -> None:
    """The attempt, which may be the contact, and which answers what the customer wrote before."""
    if ticket.is_resolved or message.author is None or not ticket.response.answered_at <= at:
        return
    attempts.log_attempt(
        ticket_id=ticket.pk, by=message.author, result=AttemptResult.SENT, channel=AttemptChannel.EMAIL, at=at,
        answers=recompute.is_asked_by_customer(ticket),
    )  # fmt: skip


@transaction.atomic
def _did_not_leave(message_id: int, status: MessageStatus, reason: str) -> None:
    found = _locked(message_id)
    if found is None or found[1].status != MessageStatus.QUEUED:
        return
    ticket, message = found
    message.status = status
    message.save(update_fields=["status"])
    chain.append(
        ticket, ActivityKind.MAIL_NOT_SENT, at=timezone.now(), message=message.pk, status=status.value, reason=reason
    )
    telling.tell_author(ticket, message, NoticeKind.UNSENT, timezone.now())


@transaction.atomic
def _came_back(message_id: int, event: MailEvent) -> None:
    found = _locked(message_id)
    if found is None:
        return
    ticket, message = found
    if message.status not in (*_MAY_LEAVE, *_LEFT):
        return
    message.status = MessageStatus.BOUNCED
    message.save(update_fields=["status"])
    _count_bounce(message_id, event.refused_as or RefusedAs.OTHER, event.at)
    attempt = _attempt_of(message)
    if attempt is None or not attempts.take_back_bounced(attempt_id=attempt.pk, at=event.at):
        chain.append(ticket, ActivityKind.BOUNCED, at=timezone.now(), message=message.pk)
    telling.tell_author(ticket, message, NoticeKind.UNSENT, timezone.now())


def _attempt_of(message: Message) -> Attempt | None:
    """The attempt that `_log` wrote when the mail left."""
    rows = Attempt.objects.filter(ticket=message.ticket_id, result=AttemptResult.SENT, channel=AttemptChannel.EMAIL)
    return rows.filter(by=message.author_id, at=message.sent_at).first() if message.sent_at else None


def _count_bounce(message_id: int, kind: RefusedAs, at: datetime) -> None:
    """Where it is about the address that the contact still has. A refusal by policy says nothing of the customer."""
    message = Message.objects.select_related("contact").get(pk=message_id)
    contact = message.contact
    if contact is None or kind == RefusedAs.POLICY or (contact.email or "").lower() != message.to_address.lower():
        return
    count_bounce(contact.pk, at, is_hard=kind == RefusedAs.ADDRESS)
