"""What became of a mail that asked: receivers of the deliveries' signals. A second call changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from nps_project.deliveries.inbound.sources import are_bounces_read
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.refusals import RefusedAs
from nps_project.deliveries.signals import delivery_failed
from surveys.campaigns import asking, mail_keys
from surveys.campaigns.asking import UNMAILED
from surveys.campaigns.pacing import states
from surveys.campaigns.pacing.guard import guard_at_once
from surveys.campaigns.pacing.never_left import give_back
from surveys.campaigns.running.reminders import remind_at
from surveys.models import AskReason, Contact, Invitation, InvitationStatus, PauseCause
from surveys.signals import ask_came_back

SOFT_BOUNCES = 5
SOFT_FOR = timedelta(days=10)
# One that is held may have been on its way, and so may one that was skipped when its campaign ended.
_MAY_LEAVE = Q(status__in=UNMAILED) | Q(status=InvitationStatus.SKIPPED, reason=AskReason.ENDED, asked_at__isnull=False)


def connect() -> None:
    """Connect the receivers; the app's ready() calls it."""
    delivery_failed.connect(mail_did_not_leave, dispatch_uid="campaigns.mail_did_not_leave")
    ask_came_back.connect(mail_came_back, dispatch_uid="campaigns.mail_came_back")


def mails_left(deliveries: Sequence[Delivery]) -> None:
    """Mark the invitations sent; where nothing would tell of a bounce, the contacts' soft bounces are over."""
    at = timezone.now()
    sent_at: dict[int, datetime] = {}
    for delivery in deliveries:
        invitation_id = mail_keys.invitation_id_of(delivery.about)
        if delivery.template != mail_keys.TEMPLATE or invitation_id is None:
            continue
        if delivery.status == Status.SENT:
            sent_at[invitation_id] = delivery.sent_at or at
        elif delivery.status == Status.SUPPRESSED:
            asking.skip_unmailed(invitation_id, AskReason.RESERVED_ADDRESS, at)
    with transaction.atomic():
        found = Invitation.objects.filter(_MAY_LEAVE | Q(status=InvitationStatus.DELIVERED), pk__in=sent_at)
        rows = list(found.select_for_update(of=("self",), no_key=True).select_related("campaign").order_by("pk"))
        for row in rows:
            if row.campaign is not None and row.reminded == 0:
                row.remind_at = remind_at(row.campaign, sent_at[row.pk], 0)
            if row.status != InvitationStatus.DELIVERED:  # the service was quicker
                row.status, row.reason, row.sent_at = InvitationStatus.SENT, "", sent_at[row.pk]
        Invitation.objects.bulk_update(rows, ["status", "reason", "sent_at", "remind_at"])
        softly = Contact.objects.filter(pk__in=[row.contact_id for row in rows], soft_bounces__gt=0)
        if softly.exists() and not are_bounces_read(at):  # else `delivered` says that it arrived
            softly.update(soft_bounces=0, soft_bounced_since=None)


def mail_did_not_leave(sender: type, *, delivery: Delivery, **_more: Any) -> None:
    """Mark the invitation by the kind of the refusal, and the contact where the refusal is about the address.

    A refusal by policy pauses the campaign.
    """
    invitation_id = mail_keys.invitation_id_of(delivery.about)
    if delivery.template not in (mail_keys.TEMPLATE, mail_keys.REMINDER) or invitation_id is None:
        return
    at = timezone.now()
    if delivery.status == Status.FAILED and delivery.refused_as == RefusedAs.POLICY:
        _pause_campaign(invitation_id, delivery.last_error, at)
    if delivery.template == mail_keys.REMINDER:
        _reminder_did_not_leave(delivery, invitation_id, at)
    elif delivery.status == Status.UNKNOWN:
        _unmailed(invitation_id).update(status=InvitationStatus.UNKNOWN, reason="")
    elif delivery.status == Status.CANCELLED:
        if delivery.last_error in AskReason.values:  # else the invitation says why itself
            asking.skip_unmailed(invitation_id, delivery.last_error, at)
    elif delivery.refused_as in (RefusedAs.POLICY, ""):
        reason = AskReason.POLICY if delivery.refused_as else AskReason.REFUSED
        asking.hold([invitation_id], reason, at)  # ours to mend: a person lets it go then
    else:
        _bounced(invitation_id, RefusedAs(delivery.refused_as), at)
        _guard(invitation_id, at)


def mail_came_back(sender: type, *, invitation_id: int, reason: str, **_more: Any) -> None:
    """A mail came back later, or its customer complained: the campaign may have to pause."""
    at = timezone.now()
    if reason == AskReason.POLICY:
        _pause_campaign(invitation_id, str(AskReason.POLICY.label), at)
    else:
        _guard(invitation_id, at)


def _pause_campaign(invitation_id: int, words: str, at: datetime) -> None:
    campaign_id = Invitation.objects.values_list("campaign", flat=True).get(pk=invitation_id)
    if campaign_id is not None:
        states.pause(campaign_id=campaign_id, cause=PauseCause.POLICY, at=at, detail=words)


def _guard(invitation_id: int, at: datetime) -> None:
    campaign_id = Invitation.objects.values_list("campaign", flat=True).get(pk=invitation_id)
    if campaign_id is not None:
        guard_at_once(campaign_id, at)


def _reminder_did_not_leave(delivery: Delivery, invitation_id: int, at: datetime) -> None:
    """The invitation was sent before, and stays so. Nobody is reminded at an address that is refused."""
    if delivery.status == Status.FAILED and delivery.refused_as not in (RefusedAs.POLICY, ""):
        contact_id = Invitation.objects.values_list("contact", flat=True).get(pk=invitation_id)
        count_bounce(contact_id, at, is_hard=delivery.refused_as == RefusedAs.ADDRESS)


@transaction.atomic
def _bounced(invitation_id: int, kind: RefusedAs, at: datetime) -> None:
    is_hard = kind == RefusedAs.ADDRESS
    reason = AskReason.BOUNCED if is_hard else AskReason.REFUSED
    changed = {"status": InvitationStatus.BOUNCED, "reason": reason, "bounced_at": at}
    if _unmailed(invitation_id).update(**changed):
        give_back([invitation_id])
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


def _unmailed(invitation_id: int) -> QuerySet[Invitation]:
    """The invitation, unless its outcome is known."""
    return Invitation.objects.filter(_MAY_LEAVE, pk=invitation_id)
