"""What became of a mail that asked: receivers of the deliveries' signals. A second call changes nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from nps_project.deliveries.inbound.sources import are_bounces_read
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.refusals import RefusedAs
from nps_project.deliveries.signals import delivery_failed, delivery_sent
from surveys.campaigns import asking
from surveys.campaigns.asking import UNMAILED
from surveys.models import AskReason, Contact, Invitation, InvitationStatus

SOFT_BOUNCES = 5
SOFT_FOR = timedelta(days=10)


def connect() -> None:
    """Connect the receivers; the app's ready() calls it."""
    delivery_sent.connect(mail_left, dispatch_uid="campaigns.mail_left")
    delivery_failed.connect(mail_did_not_leave, dispatch_uid="campaigns.mail_did_not_leave")


def mail_left(sender: type, *, delivery: Delivery, **_more: Any) -> None:
    """Mark the invitation sent; where nothing would tell of a bounce, the contact's soft bounces are over."""
    invitation_id = asking.invitation_id_of(delivery.about)
    if delivery.template != asking.TEMPLATE or invitation_id is None:
        return
    if delivery.status != Status.SENT:  # kept from a reserved address
        asking.skip_unmailed(invitation_id, AskReason.RESERVED_ADDRESS, timezone.now())
        return
    with transaction.atomic():
        if _unmailed(invitation_id).update(status=InvitationStatus.SENT, reason="", sent_at=delivery.sent_at):
            softly = Contact.objects.filter(invitations=invitation_id, soft_bounces__gt=0)
            if softly.exists() and not are_bounces_read(timezone.now()):  # else `delivered` says that it arrived
                softly.update(soft_bounces=0, soft_bounced_since=None)


def mail_did_not_leave(sender: type, *, delivery: Delivery, **_more: Any) -> None:
    """Mark the invitation by the kind of the refusal, and the contact where the refusal is about the address."""
    invitation_id = asking.invitation_id_of(delivery.about)
    if delivery.template != asking.TEMPLATE or invitation_id is None:
        return
    at = timezone.now()
    if delivery.status == Status.UNKNOWN:
        _unmailed(invitation_id).update(status=InvitationStatus.UNKNOWN, reason="")
    elif delivery.status == Status.CANCELLED:
        if delivery.last_error in AskReason.values:  # else the invitation says why itself
            asking.skip_unmailed(invitation_id, delivery.last_error, at)
    elif delivery.refused_as in (RefusedAs.POLICY, ""):
        reason = AskReason.POLICY if delivery.refused_as else AskReason.REFUSED
        asking.hold([invitation_id], reason, at)  # ours to mend: a person lets it go then
    else:
        _bounced(invitation_id, RefusedAs(delivery.refused_as), at)


@transaction.atomic
def _bounced(invitation_id: int, kind: RefusedAs, at: datetime) -> None:
    is_hard = kind == RefusedAs.ADDRESS
    reason = AskReason.BOUNCED if is_hard else AskReason.REFUSED
    changed = {"status": InvitationStatus.BOUNCED, "reason": reason, "bounced_at": at}
    if _unmailed(invitation_id).update(**changed):
        count_bounce(Invitation.objects.values_list("contact_id", flat=True).get(pk=invitation_id), at, is_hard=is_hard)


def count_bounce(contact_id: int, at: datetime, *, is_hard: bool) -> None:
    """Count a mail that came back. Nothing more is mailed after a hard one, or SOFT_BOUNCES in a row over SOFT_FOR."""
    contact = Contact.objects.filter(pk=contact_id)
    if is_hard:
        contact.filter(bounced_at=None).update(bounced_at=at)
        return
    since = Coalesce(F("soft_bounced_since"), Value(at))
    contact.update(soft_bounces=F("soft_bounces") + 1, soft_bounced_since=since)
    contact.filter(bounced_at=None, soft_bounces__gte=SOFT_BOUNCES, soft_bounced_since__lte=at - SOFT_FOR).update(
        bounced_at=at
    )


def _unmailed(invitation_id: int) -> Any:
    """The invitation, unless its outcome is known; a held one may have been on its way."""
    return Invitation.objects.filter(pk=invitation_id, status__in=UNMAILED)
