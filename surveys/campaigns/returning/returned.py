"""What comes back of a mail that asked, from a webhook or a mailbox: it arrived, it came back, or the customer wants no
more. In whatever order events come, and however often, the end is the same: what is worse stands.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from nps_project.accounts.links import read_address_token
from nps_project.deliveries.inbound import addresses
from nps_project.deliveries.inbound.addresses import Meaning, Use
from nps_project.deliveries.inbound.events import MailEvent, Outcome, mail_event
from nps_project.deliveries.refusals import RefusedAs
from surveys.campaigns import mail_keys, outcomes
from surveys.campaigns.composing import BOUNCE
from surveys.campaigns.leaving import wishes
from surveys.campaigns.leaving.wishes import Wish
from surveys.campaigns.mail import LEAVE_NOW, REPLY
from surveys.models import AskReason, Contact, Invitation, InvitationStatus
from surveys.signals import ask_came_back

# A webhook may be quicker than the sender that waits for the service's answer, so the mail may be on its way still.
_ON_ITS_WAY = (InvitationStatus.WAITING, InvitationStatus.HELD, InvitationStatus.SENT, InvitationStatus.UNKNOWN)
_CAN_COME_BACK = (*_ON_ITS_WAY, InvitationStatus.DELIVERED)
_REASONS = {RefusedAs.ADDRESS: AskReason.BOUNCED, RefusedAs.POLICY: AskReason.POLICY}
_PURPOSES = {BOUNCE: Use.BOUNCE, LEAVE_NOW: Use.UNSUBSCRIBE, REPLY: Use.REPLY}


def connect() -> None:
    """Connect the receiver, and let tokens in mail addresses be read; the app's ready() calls it."""
    mail_event.connect(receive, dispatch_uid="campaigns.mail_event")
    addresses.add(meaning_of)


def meaning_of(token: str) -> Meaning | None:
    """What a token in a mail address means: the invitation, and what the address is for."""
    for purpose, use in _PURPOSES.items():
        if (public_id := read_address_token(purpose, token)) is not None:
            found = Invitation.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
            return Meaning(use, mail_keys.about(found)) if found is not None else None
    return None


@transaction.atomic
def receive(sender: type, *, event: MailEvent, **_more: Any) -> None:
    """Mark the invitation, and the customer where it is about them."""
    invitation_id = mail_keys.invitation_id_of(event.about)
    if invitation_id is None:
        return
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "contact")
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None:
        return
    match event.outcome:
        case Outcome.DELIVERED:
            _delivered(invitation, event)
        case Outcome.BOUNCED:
            _bounced(invitation, event)
        case Outcome.COMPLAINED:
            _complained(invitation, event)
        case Outcome.UNSUBSCRIBED:
            wishes.carry_out(invitation, Wish.ALL, event.at)


def _delivered(invitation: Invitation, event: MailEvent) -> None:
    row = Invitation.objects.filter(pk=invitation.pk, status__in=_ON_ITS_WAY)
    sent = Coalesce(F("sent_at"), event.at)
    if row.update(status=InvitationStatus.DELIVERED, reason="", sent_at=sent, delivered_at=event.at):
        end_soft_bounces([invitation.pk])


def end_soft_bounces(invitation_ids: Sequence[int]) -> None:
    """These mails arrived: the soft bounces of their addresses are over, unless a later mail came back."""
    own = Invitation.objects.filter(contact=OuterRef("pk"))
    arrived = own.filter(pk__in=invitation_ids, address__iexact=OuterRef("email"))
    later = arrived.filter(contact__invitations__bounced_at__gt=F("sent_at"))
    softly = Contact.objects.filter(Exists(arrived), ~Exists(later), soft_bounces__gt=0)
    softly.filter(invitations__in=invitation_ids).update(soft_bounces=0, soft_bounced_since=None)


def _bounced(invitation: Invitation, event: MailEvent) -> None:
    """Of two bounces of one mail the one about the address stands."""
    kind = event.refused_as or RefusedAs.OTHER
    reason = _REASONS.get(kind, AskReason.REFUSED)
    if invitation.bounced_at is not None and not (
        reason == AskReason.BOUNCED and invitation.reason != AskReason.BOUNCED
    ):
        return
    changed: dict[str, Any] = {"bounced_at": event.at}
    if invitation.status in (*_CAN_COME_BACK, InvitationStatus.BOUNCED):
        changed |= {"status": InvitationStatus.BOUNCED, "reason": reason, "sent_at": invitation.sent_at or event.at}
    Invitation.objects.filter(pk=invitation.pk).update(**changed)
    is_same_address = (invitation.contact.email or "").lower() == invitation.address.lower()
    if reason != AskReason.POLICY and is_same_address:
        outcomes.count_bounce(invitation.contact_id, event.at, is_hard=reason == AskReason.BOUNCED)
    _announce(invitation, Outcome.BOUNCED, reason)


def _complained(invitation: Invitation, event: MailEvent) -> None:
    wishes.carry_out(invitation, Wish.ALL, event.at)
    if Invitation.objects.filter(pk=invitation.pk, complained_at=None).update(complained_at=event.at):
        _announce(invitation, Outcome.COMPLAINED, "")


def _announce(invitation: Invitation, outcome: Outcome, reason: str) -> None:
    told = {"invitation_id": invitation.pk, "outcome": outcome, "reason": reason}
    transaction.on_commit(partial(ask_came_back.send_robust, Invitation, **told))
