"""Campaigns that repeat: each day some of the contacts join, so that everybody is asked once in so many days.

A contact has one day of each round, by the campaign's seed; who is new joins when that day comes.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.common.dates import company_day
from surveys.campaigns.pacing import states, turns
from surveys.campaigns.running import audience
from surveys.models import Campaign


def join(campaign: Campaign, at: datetime) -> int:
    """Write down the contacts whose days have come since the last time; the campaign's row is locked. Returns: how
    many joined. Raises: NobodyToAsk."""
    today, days = company_day(at), campaign.repeat_days
    first = company_day(campaign.started_at or at)
    assert days is not None  # noqa: S101  (the caller chose one that repeats)
    begin = max(first, today - timedelta(days=days - 1))  # nobody joins two rounds at once
    if campaign.joined_on is not None:
        begin = max(begin, campaign.joined_on + timedelta(days=1))
    count = sum(
        audience.freeze(campaign, at, _part(first, begin + timedelta(days=number), days))
        for number in range((today - begin).days + 1)
    )
    campaign.joined_on = today
    campaign.save(update_fields=["joined_on"])
    return count


def _part(first: date, day: date, days: int) -> audience.Part:
    number = (day - first).days
    return audience.Part(day=number % days, days=days, round=number // days)


def _due(at: datetime) -> QuerySet[Campaign]:
    today = company_day(at)
    return (
        turns.at_work()
        .filter(Q(joined_on=None) | Q(joined_on__lt=today), repeat_days__isnull=False)
        .order_by(F("joined_on").asc(nulls_first=True), "pk")
    )


@transaction.atomic
def join_one(campaign_id: int, at: datetime) -> bool:
    """The day's contacts of one campaign; False when they have joined already."""
    campaign = states.locked(campaign_id)
    if not _due(at).filter(pk=campaign_id).exists():
        return False
    join(campaign, at)
    return True


JOIN = sweep.add(Sweep("campaigns.join", _due, join_one))
