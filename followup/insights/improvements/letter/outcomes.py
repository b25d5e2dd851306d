"""What became of a letter: receivers of the deliveries' signals, and of what comes back.

A second call changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from followup.history import chain
from followup.insights.improvements.letter import telling
from followup.insights.improvements.letter.keys import TEMPLATE, about, told_id_of
from followup.insights.improvements.models import Told, ToldStatus
from followup.models import ActivityKind, Ticket
from nps_project.accounts.links import read_address_token
from nps_project.deliveries.inbound import addresses
from nps_project.deliveries.inbound.addresses import Meaning, Use
from nps_project.deliveries.inbound.events import MailEvent, Outcome, mail_event
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.refusals import RefusedAs
from nps_project.deliveries.signals import delivery_failed
from surveys.campaigns.composing import BOUNCE
from surveys.campaigns.leaving import wishes
from surveys.campaigns.leaving.wishes import Wish
from surveys.campaigns.mail import LEAVE_NOW
from surveys.campaigns.mailed import found as mailed
from surveys.campaigns.outcomes import count_bounce
from surveys.models import AskReason

_PURPOSES = {BOUNCE: Use.BOUNCE, LEAVE_NOW: Use.UNSUBSCRIBE}
_MAY_LEAVE = (ToldStatus.WAITING, ToldStatus.QUEUED, ToldStatus.SKIPPED, ToldStatus.UNKNOWN)


def connect() -> None:
    """Connect the receivers, and let tokens of these mails be read; the app's ready() calls it."""
    delivery_failed.connect(mail_did_not_leave, dispatch_uid="improvements.mail_did_not_leave")
    mail_event.connect(mail_came_back, dispatch_uid="improvements.mail_came_back")
    addresses.add(meaning_of)
    mailed.add(find)


def mails_left(deliveries: Sequence[Delivery]) -> None:
    """Mark the customers told, and write it on the ticket on which each named the cause."""
    at = timezone.now()
    for delivery in deliveries:
        told_id = told_id_of(delivery.about)
        if told_id is None:
            continue
        if delivery.status == Status.SENT:
            _sent(told_id, delivery.sent_at or at)
        elif delivery.status == Status.SUPPRESSED:
            telling.mark_skipped(Told.objects.filter(pk=told_id, status__in=_MAY_LEAVE), AskReason.RESERVED_ADDRESS)


@transaction.atomic
def _sent(told_id: int, at: datetime) -> None:
    rows = Told.objects.select_for_update(no_key=True).filter(pk=told_id, sent_at=None)
    told = rows.first()
    if told is None:
        return
    changed: dict[str, Any] = {"sent_at": at}
    if told.status in _MAY_LEAVE:  # else it came back sooner than the sender heard that it left
        changed |= {"status": ToldStatus.SENT, "reason": ""}
    Told.objects.filter(pk=told_id).update(**changed)
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=told.ticket_id)
    chain.append(ticket, ActivityKind.IMPROVEMENT_TOLD, at=at, improvement=told.improvement_id)


def mail_did_not_leave(sender: type, *, delivery: Delivery, **_more: Any) -> None:
    """Mark the customer by the kind of the refusal. A refusal by policy is ours to mend: it stops the others."""
    told_id = told_id_of(delivery.about)
    if delivery.template != TEMPLATE or told_id is None:
        return
    on_its_way = Told.objects.filter(pk=told_id, status=ToldStatus.QUEUED)
    if delivery.status == Status.UNKNOWN:
        Told.objects.filter(pk=told_id, status__in=_MAY_LEAVE).update(status=ToldStatus.UNKNOWN, reason="")
    elif delivery.status == Status.CANCELLED:
        if delivery.last_error in AskReason.values:
            telling.mark_skipped(on_its_way, delivery.last_error)
    elif delivery.refused_as in (RefusedAs.POLICY, ""):
        is_policy = delivery.refused_as == RefusedAs.POLICY
        telling.mark_skipped(on_its_way, AskReason.POLICY if is_policy else AskReason.REFUSED)
        improvement_id = Told.objects.values_list("improvement", flat=True).filter(pk=told_id).first()
        if is_policy and improvement_id is not None:
            telling.stop(improvement_id=improvement_id, because=telling.POLICY)
    else:
        _bounced(told_id, RefusedAs(delivery.refused_as), timezone.now())


@transaction.atomic
def _bounced(told_id: int, kind: RefusedAs, at: datetime) -> None:
    told = Told.objects.select_for_update(of=("self",), no_key=True).select_related("contact").get(pk=told_id)
    if told.bounced_at is not None:
        return
    is_hard, is_policy = kind == RefusedAs.ADDRESS, kind == RefusedAs.POLICY
    reason = AskReason.BOUNCED if is_hard else AskReason.POLICY if is_policy else AskReason.REFUSED
    Told.objects.filter(pk=told_id).update(status=ToldStatus.BOUNCED, reason=reason, bounced_at=at)
    if not is_policy and (told.contact.email or "").lower() == told.address.lower():
        count_bounce(told.contact_id, at, is_hard=is_hard)


def meaning_of(token: str) -> Meaning | None:
    """What a token in a mail address means, where it is one of a letter."""
    for purpose, use in _PURPOSES.items():
        if (public_id := read_address_token(purpose, token)) is not None:
            found = Told.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
            return Meaning(use, about(found)) if found is not None else None
    return None


def find(public_id: UUID) -> mailed.Mailed | None:
    """Whom the links in a letter are of."""
    return Told.objects.select_related("survey", "contact").filter(public_id=public_id).first()


@transaction.atomic
def mail_came_back(sender: type, *, event: MailEvent, **_more: Any) -> None:
    """A letter came back, or its customer complained or wants no more."""
    told_id = told_id_of(event.about)
    told = Told.objects.select_related("survey", "contact").filter(pk=told_id).first() if told_id else None
    if told is None:
        return
    match event.outcome:
        case Outcome.BOUNCED:
            _bounced(told.pk, event.refused_as or RefusedAs.OTHER, event.at)
        case Outcome.COMPLAINED:
            wishes.carry_out(told, Wish.ALL, event.at)
            Told.objects.filter(pk=told.pk, complained_at=None).update(complained_at=event.at)
        case Outcome.UNSUBSCRIBED:
            wishes.carry_out(told, Wish.ALL, event.at)
