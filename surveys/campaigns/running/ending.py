"""Ends campaigns: none of a finished one's recipients can move any more; those left of one that ended are skipped."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.campaigns.pacing import states
from surveys.models import Campaign, CampaignStatus, Invitation, InvitationChannel, InvitationStatus
from surveys.models.campaign import ENDED


def _moves() -> list[Exists]:
    """Recipients about whom something is to be decided or sent, without a person; each kind by an index of its own."""
    rows = Invitation.objects.filter(campaign=OuterRef("pk"))
    held = rows.filter(channel=InvitationChannel.EMAIL, status=InvitationStatus.HELD, held_until__isnull=False)
    to_remind = rows.filter(remind_at__isnull=False, status__in=(InvitationStatus.SENT, InvitationStatus.DELIVERED))
    return [Exists(rows.filter(status=InvitationStatus.WAITING)), Exists(held), Exists(to_remind)]


def _finished(at: datetime) -> QuerySet[Campaign]:
    running = Campaign.objects.real().filter(status=CampaignStatus.RUNNING, repeat_days=None)
    return running.filter(*(~moving for moving in _moves())).order_by("pk")


@transaction.atomic
def finish(campaign_id: int, at: datetime) -> bool:
    """Finish a campaign that has nothing left to do; False when it has, or does not run."""
    campaign = states.locked(campaign_id)
    if not _finished(at).filter(pk=campaign_id).exists():
        return False
    end(campaign, CampaignStatus.FINISHED, at)
    return True


def end(campaign: Campaign, status: CampaignStatus, at: datetime) -> None:
    """Set the campaign's last state, and begin to skip who is left; its row is locked."""
    campaign.status, campaign.paused_because, campaign.paused_detail = status, "", ""
    campaign.ended_at = at
    campaign.save(update_fields=["status", "paused_because", "paused_detail", "ended_at"])
    states.cancel_queued(campaign)
    states.close(campaign, at)


def _left_over(at: datetime) -> QuerySet[Campaign]:
    left = Invitation.objects.filter(
        campaign=OuterRef("pk"), status__in=(InvitationStatus.WAITING, InvitationStatus.HELD)
    )
    to_remind = Invitation.objects.filter(campaign=OuterRef("pk"), remind_at__isnull=False)
    return Campaign.objects.real().filter(Exists(left) | Exists(to_remind), status__in=ENDED).order_by("pk")


@transaction.atomic
def close(campaign_id: int, at: datetime) -> bool:
    """Skip some of those who are left of an ended campaign; False when nobody is."""
    campaign = states.locked(campaign_id)
    return campaign.is_over and states.close(campaign, at) > 0


FINISH = sweep.add(Sweep("campaigns.finish", _finished, finish))
CLOSE = sweep.add(Sweep("campaigns.close", _left_over, close))
