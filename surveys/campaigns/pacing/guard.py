"""Pauses a campaign whose mails come back or are complained about too often. Judged by its recipients."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.campaigns.pacing import states
from surveys.models import Campaign, CampaignStatus, Invitation, InvitationStatus, PauseCause

BOUNCES, BOUNCES_OF = 0.05, 50
COMPLAINTS, COMPLAINTS_OF = 0.001, 1000


OFTEN = 200


def guard_at_once(campaign_id: int, at: datetime) -> str:
    """As `guard`; once OFTEN mails came back, the sweep's look every 15 seconds has to do."""
    bounced = Invitation.objects.filter(campaign=campaign_id, status=InvitationStatus.BOUNCED)
    return guard(campaign_id, at) if bounced[: OFTEN + 1].count() <= OFTEN else ""


def guard(campaign_id: int, at: datetime) -> str:
    """Pause a running campaign when bounces pass 5 % of at least 50 mails, or complaints reach 0.1 % of at least 1,000.

    Mails since a person last resumed it count. Call it after a bounce or a complaint is written. Returns: the cause
    for which it paused the campaign, else an empty string.
    """
    campaign = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.RUNNING).first()
    if campaign is None:
        return ""
    rows = Invitation.objects.filter(campaign=campaign)
    if campaign.resumed_at is not None:
        rows = rows.filter(asked_at__gte=campaign.resumed_at)
    bounced = rows.filter(status=InvitationStatus.BOUNCED).count()
    complained = rows.filter(complained_at__isnull=False).count()
    bad = max(bounced, complained)
    if not bad:
        return ""
    mailed = rows.filter(Q(sent_at__isnull=False) | Q(status=InvitationStatus.BOUNCED)).count()
    if mailed >= BOUNCES_OF and bounced > BOUNCES * mailed:
        return _pause(campaign, PauseCause.BOUNCES, bounced, mailed, at)
    if mailed >= COMPLAINTS_OF and complained >= COMPLAINTS * mailed:
        return _pause(campaign, PauseCause.COMPLAINTS, complained, mailed, at)
    return ""


def _pause(campaign: Campaign, cause: PauseCause, bad: int, mailed: int, at: datetime) -> str:
    detail = f"{bad} / {mailed} ({100 * bad / mailed:.1f} %)"
    return str(cause) if states.pause(campaign_id=campaign.pk, cause=cause, at=at, detail=detail) else ""


def _in_danger(at: datetime) -> QuerySet[Campaign]:
    """Running campaigns of which so many mails came back, or were complained about, that a count may pause them."""
    rows = Invitation.objects.filter(campaign=OuterRef("pk"))
    bounced = rows.filter(status=InvitationStatus.BOUNCED)[int(BOUNCES * BOUNCES_OF) :]
    complained = rows.filter(complained_at__isnull=False)
    running = Campaign.objects.real().filter(status=CampaignStatus.RUNNING)
    return running.filter(Exists(bounced) | Exists(complained)).order_by("pk")


GUARD = sweep.add(Sweep("campaigns.guard", _in_danger, lambda pk, at: bool(guard(pk, at))))
