"""Whose turn it is: which recipients may be asked at a time, and how many of them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from nps_project.common.dates import company_day
from surveys.campaigns.pacing import states
from surveys.campaigns.pacing.windows import Window, is_open
from surveys.models import Campaign, CampaignStatus, Invitation, InvitationChannel, InvitationStatus, SurveyStatus

AHEAD = 2000  # so many mails of a campaign are queued at most: a pause has few to call back
_ZONES = """
WITH RECURSIVE zones AS (
    (SELECT time_zone FROM surveys_invitation WHERE {waits} ORDER BY time_zone LIMIT 1)
    UNION ALL
    SELECT (SELECT time_zone FROM surveys_invitation WHERE {waits} AND time_zone > zones.time_zone
            ORDER BY time_zone LIMIT 1)
    FROM zones WHERE zones.time_zone IS NOT NULL
)
SELECT time_zone FROM zones WHERE time_zone IS NOT NULL
"""
_WAITS = "campaign_id = %(campaign)s AND channel = 'email' AND status = 'waiting' AND asked_at IS NULL"


def at_work() -> QuerySet[Campaign]:
    """Campaigns that ask now. One whose survey is paused waits; those of samples never ask."""
    running = Campaign.objects.real().filter(status=CampaignStatus.RUNNING)
    return running.exclude(survey__status__in=(SurveyStatus.PAUSED, SurveyStatus.DRAFT)).order_by("pk")


def due(at: datetime) -> QuerySet[Invitation]:
    """Who waits to be asked, outside campaigns or in one at work; windows and limits are looked at when they are."""
    rows = Invitation.objects.filter(channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING, asked_at=None)
    rows = rows.filter(Q(campaign=None) | Q(campaign__in=at_work().order_by().values("pk")), send_at__lte=at)
    return rows.order_by("send_at", "pk")


def window_of(campaign: Campaign) -> Window | None:
    """The campaign's window; None for any time."""
    if campaign.window is None:
        return None
    days, begins, ends = campaign.window
    return Window(frozenset(days), begins, ends)


def zone_of(name: str) -> ZoneInfo:
    """The zone of a recipient; the company's where theirs is unset or known to nobody."""
    return (_zone(name) if name else None) or ZoneInfo(settings.TIME_ZONE)


@lru_cache(maxsize=1000)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def waiting_zones(campaign: Campaign) -> list[str]:
    """The zones of those who wait to be asked; one query, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(_ZONES.format(waits=_WAITS), {"campaign": campaign.pk})
        return [name for (name,) in cursor.fetchall()]


def turns(at: datetime) -> Iterator[Q]:
    """The groups of recipients whose window is open: of each campaign at work, one for each zone, in any order."""
    groups = []
    for campaign in at_work():
        if Allowance.of(campaign, at).left > 0:
            window = window_of(campaign)
            zones = [name for name in waiting_zones(campaign) if is_open(window, zone_of(name), at)]
            groups += [Q(campaign=campaign.pk, time_zone=name) for name in zones]
    random.shuffle(groups)  # so that a limit a day is not always spent on the same
    yield from groups


@dataclass
class Allowance:
    """How many more mails a campaign may queue now. For changing it the campaign's row is locked."""

    campaign: Campaign
    at: datetime
    left: int

    @classmethod
    def of(cls, campaign: Campaign, at: datetime) -> "Allowance":
        """By the limit a day, and by what is queued already; one query."""
        ahead = states.queued(campaign)[:AHEAD].count()
        return cls(campaign, at, min(AHEAD - ahead, left_today(campaign, at)))

    def take(self) -> bool:
        """Take one; False when none is left."""
        if self.left <= 0:
            return False
        self.left -= 1
        today = company_day(self.at)
        if self.campaign.used_on != today:
            self.campaign.used_on, self.campaign.used = today, 0
        self.campaign.used += 1
        return True

    def save(self) -> None:
        """Keep what was taken."""
        self.campaign.save(update_fields=["used_on", "used"])


def left_today(campaign: Campaign, at: datetime) -> int:
    """How many mails the limit of the company's day leaves."""
    if campaign.daily_limit is None:
        return AHEAD
    used = campaign.used if campaign.used_on == company_day(at) else 0
    return max(campaign.daily_limit - used, 0)
