"""What a start would do: how many would be asked, on which days, who not and why. Nothing is written.

Counted by the database over the whole audience, by the rules of rules.py in the same order; a test holds both alike.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from nps_project.common.dates import company_day
from nps_project.deliveries.queueing import RESERVED_DOMAINS, RESERVED_ENDINGS
from nps_project.privacy import suppression
from surveys.campaigns.pacing import turns
from surveys.campaigns.pacing.windows import opening
from surveys.campaigns.running import audience
from surveys.models import Asking, AskReason, Campaign, SurveyStatus

MOST_DAYS = 3660
# Rows that keys of one survey made are of the same person as the company's row with their address.
_COUNT = """
WITH found AS (
    SELECT * FROM ({found}) AS found (
        id, email, time_zone, company_zone, do_not_contact, unsubscribed_at, bounced_at, last_asked_at, ask_every_days)
    {sample}
), others AS (
    SELECT lower(email) AS address, bool_or(do_not_contact) AS do_not_contact,
        bool_or(bounced_at IS NOT NULL) AS bounced,
        bool_or(unsubscribed_at IS NOT NULL OR EXISTS (
            SELECT FROM surveys_unsubscription AS wish
            WHERE wish.contact_id = other.id AND wish.survey_id = %(survey)s)) AS unsubscribed,
        max(last_asked_at) AS last_asked_at, max(ask_every_days) AS ask_every_days
    FROM surveys_contact AS other WHERE survey_id IS NOT NULL AND email IS NOT NULL GROUP BY 1
), known AS (
    SELECT coalesce(nullif(found.time_zone, ''), found.company_zone, '') AS zone, CASE
        WHEN found.do_not_contact OR coalesce(others.do_not_contact, false) OR {never_asked} THEN 'do_not_contact'
        WHEN found.unsubscribed_at IS NOT NULL OR coalesce(others.unsubscribed, false) OR EXISTS (
            SELECT FROM surveys_unsubscription AS wish
            WHERE wish.contact_id = found.id AND wish.survey_id = %(survey)s) THEN 'unsubscribed'
        WHEN coalesce(found.email, '') = '' THEN 'no_address'
        WHEN found.bounced_at IS NOT NULL OR coalesce(others.bounced, false) THEN 'bounced'
        WHEN lower(split_part(found.email, '@', -1)) = ANY (%(domains)s)
            OR ('.' || lower(split_part(found.email, '@', -1))) LIKE ANY (%(endings)s) THEN 'reserved_address'
        WHEN greatest(found.last_asked_at, others.last_asked_at) + 24 * make_interval(hours => coalesce(
            greatest(found.ask_every_days, others.ask_every_days), %(quarantine)s)) > %(at)s THEN 'quarantine'
        ELSE '' END AS reason
    FROM found LEFT JOIN others ON others.address = lower(found.email)
)
SELECT reason, zone, count(*) FROM known GROUP BY reason, zone
"""
_COLUMNS = (
    "email", "time_zone", "company__time_zone", "do_not_contact", "unsubscribed_at", "bounced_at", "last_asked_at",
    "ask_every_days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DryRun:
    """How many are asked, on which days of the company's zone, and how many are not, by reason.

    Whom the quarantine holds at the start is counted as not asked; the campaign asks them when it ends.
    """

    asked: int = 0
    by_day: dict[date, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)


def dry_run(campaign: Campaign, at: datetime) -> DryRun:
    """What the campaign would do if it started at `at`, or at its own later time. One pass over its contacts.

    Of a campaign that repeats: its first round. Raises: NobodyToAsk for filters that cannot be read.
    """
    at = max(at, campaign.start_at or at)
    by_zone: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    is_open = campaign.survey.status != SurveyStatus.CLOSED and not campaign.survey.is_expired(at)
    for reason, zone, count in _counted(campaign, at):
        if reason:
            skipped[reason] += count
        elif not is_open:
            skipped[AskReason.SURVEY_NOT_LIVE.value] += count
        else:
            by_zone[zone] += count
    if campaign.repeat_days is not None:
        days = _evenly(by_zone.total(), campaign.repeat_days, at)
    else:
        days = _by_day(campaign, by_zone, at)
    return DryRun(by_zone.total(), days, dict(sorted(skipped.items())))


def _counted(campaign: Campaign, at: datetime) -> list[tuple[str, str, int]]:
    found, names = audience.selected(campaign, *_COLUMNS)
    drawn, given = audience.sample(campaign)
    days = campaign.survey.quarantine_days
    never_asked = suppression.sql_of("found.email")
    values: dict[str, Any] = {
        "never_asked_key": suppression.key(), "survey": campaign.survey_id, "at": at, "domains": list(RESERVED_DOMAINS),
        "endings": [f"%{ending}" for ending in RESERVED_ENDINGS],
        "quarantine": Asking.current().quarantine_days if days is None else days, **names, **given,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(found=found, sample=drawn, never_asked=never_asked), values)
        rows: list[tuple[str, str, int]] = cursor.fetchall()
    return rows


def _evenly(total: int, days: int, at: datetime) -> dict[date, int]:
    first = company_day(at)
    spread = ((total * (day + 1)) // days - (total * day) // days for day in range(days))
    return {first + timedelta(days=day): count for day, count in enumerate(spread) if count}


def _by_day(campaign: Campaign, by_zone: Counter[str], at: datetime) -> dict[date, int]:
    """Each day as many as the limit lets, of those whose window opens on it."""
    company, window = ZoneInfo(settings.TIME_ZONE), turns.window_of(campaign)
    left, found = dict(by_zone), dict[date, int]()
    while left and len(found) < MOST_DAYS:
        opens = {zone: opening(window, turns.zone_of(zone), at) for zone in left}
        day = min(opens.values()).astimezone(company).date()
        room = campaign.daily_limit or sum(left.values())
        for zone in [zone for zone in left if opens[zone].astimezone(company).date() == day]:
            count = min(room, left[zone])
            room -= count
            found[day] = found.get(day, 0) + count
            left[zone] -= count
        left = {zone: count for zone, count in left.items() if count}
        at = datetime.combine(day + timedelta(days=1), datetime.min.time(), company)
    return found
