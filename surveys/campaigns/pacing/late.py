"""Campaigns that nobody looked at in time: they are paused until a person resumes them."""

import logging
from datetime import datetime, timedelta

from django.db import InternalError

from nps_project.common.dates import company_day
from surveys.campaigns.pacing import states
from surveys.campaigns.pacing.turns import at_work, left_today, waiting_zones, window_of, zone_of
from surveys.campaigns.pacing.windows import opening
from surveys.models import Campaign, CampaignStatus, Invitation, InvitationStatus, PauseCause

logger = logging.getLogger(__name__)

LATE = timedelta(hours=2)


def pause_late(looked_at: datetime | None, at: datetime) -> int:
    """Pause campaigns of which something became due more than LATE ago, while nobody looked. Returns: how many.

    A slow queue, a limit, a window and a pause make nothing late.
    """
    if looked_at is None or looked_at >= at - LATE:
        return 0
    late = [campaign.pk for campaign in at_work() if _is_late(campaign, looked_at, at)]
    scheduled = Campaign.objects.real().filter(status=CampaignStatus.SCHEDULED, start_at__lt=at - LATE)
    late += scheduled.values_list("pk", flat=True)
    return sum(_pause(campaign_id, PauseCause.LATE, at) for campaign_id in sorted(late))


def _pause(campaign_id: int, cause: PauseCause, at: datetime) -> bool:
    """One that cannot be changed cannot ask anybody either; the others go on."""
    try:
        return states.pause(campaign_id=campaign_id, cause=cause, at=at)
    except InternalError:
        logger.exception("campaign %d cannot be paused", campaign_id)
        return False


def _is_late(campaign: Campaign, looked_at: datetime, at: datetime) -> bool:
    before = at - LATE
    recipients = Invitation.objects.filter(campaign=campaign, channel="email")
    if states.queued(campaign).filter(asked_at__lt=before).exists():
        return True
    if recipients.filter(
        remind_at__gt=looked_at, remind_at__lt=before,
        status__in=(InvitationStatus.SENT, InvitationStatus.DELIVERED),
    ).exists():  # fmt: skip
        return True
    if campaign.repeat_days is not None and company_day(looked_at) < company_day(before):
        return True
    if left_today(campaign, at) == 0:
        return False
    window = window_of(campaign)
    waiting = recipients.filter(status=InvitationStatus.WAITING, asked_at=None, send_at__lt=before)
    return any(
        opening(window, zone_of(name), looked_at) < before and waiting.filter(time_zone=name).exists()
        for name in waiting_zones(campaign)
    )


def pause_everything(at: datetime) -> int:
    """After a restore: pause all campaigns that run or are scheduled. Returns: how many."""
    ids = Campaign.objects.filter(status__in=(CampaignStatus.RUNNING, CampaignStatus.SCHEDULED))
    rows = list(ids.order_by("pk").values_list("pk", flat=True))
    return sum(_pause(campaign_id, PauseCause.RESTORED, at) for campaign_id in rows)
