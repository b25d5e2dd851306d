"""Who is in a campaign: its segment, of that its sample, written down as recipients by one statement."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from surveys.contacts import contact_filter
from surveys.errors import SurveyError
from surveys.models import Campaign, Contact, Invitation
from surveys.models.contact import ContactQuerySet

# Every contact has a place in a campaign, the same however often it is asked for. 62 bits, so from 0 on.
_PLACE = "(hashint8extended(found.id, %(seed)s) & 4611686018427387903)"
_FREEZE = """
INSERT INTO surveys_invitation (
    campaign_id, survey_id, contact_id, round, public_id, status, channel, send_at, time_zone, created_at,
    created_by_id)
SELECT %(campaign)s, %(survey)s, found.id, %(round)s, gen_random_uuid(), 'waiting', 'email', %(at)s,
    coalesce(nullif(found.time_zone, ''), found.company_zone, ''), %(at)s, %(by)s
FROM ({found}) AS found (id, time_zone, company_zone)
{sample}
"""
_ONCE = "ON CONFLICT (campaign_id, contact_id, round) WHERE campaign_id IS NOT NULL DO NOTHING"


class NobodyToAsk(SurveyError):
    """The campaign would ask nobody, or it is not known whom."""

    status = 409
    code = "nobody_to_ask"


@dataclass(frozen=True, slots=True)
class Part:
    """The contacts whose turn comes on this day of `days`, in a campaign that repeats, and the `round` of theirs."""

    day: int
    days: int
    round: int


def contacts_of(campaign: Campaign) -> ContactQuerySet:
    """The contacts of the campaign's segment that whoever made the campaign may see, before a sample is drawn.

    Raises: NobodyToAsk for a filter that cannot be read any more.
    """
    by = campaign.created_by
    contacts = Contact.objects.filter(survey=None, erased_at=None) if by is None else contact_filter.listed_for(by)
    if campaign.segment is None:
        return contacts
    try:
        return contact_filter.filtered(contacts, campaign.segment.filter, by=by)
    except contact_filter.BadFilter as error:
        raise NobodyToAsk("segment", campaign.segment.slug, f"a segment whose filters can be used: {error}") from error


def selected(campaign: Campaign, *columns: str) -> tuple[str, Mapping[str, Any]]:
    """SQL of these columns of the contacts, the id first, and its parameters: names that begin with f."""
    sql, given = contacts_of(campaign).order_by().values_list("pk", *columns).query.sql_with_params()
    names = {f"f{number}": value for number, value in enumerate(given)}
    numbers = iter(names)
    return re.sub("%[%s]", lambda mark: "%%" if mark[0] == "%%" else f"%({next(numbers)})s", sql), names


def sample(campaign: Campaign, part: Part | None = None) -> tuple[str, dict[str, Any]]:
    """The clauses behind FROM that draw the sample out of `found`, and their parameters."""
    conditions, end = [], ""
    given: dict[str, Any] = {"seed": campaign.seed}
    if campaign.sample_share is not None:
        conditions.append(f"{_PLACE} < %(upto)s")
        given["upto"] = int(campaign.sample_share * 2**62)
    if part is not None:
        conditions.append(f"{_PLACE} %% %(days)s = %(day)s")
        given |= {"days": part.days, "day": part.day}
    if campaign.sample_count is not None:
        end = f" ORDER BY {_PLACE}, found.id LIMIT %(count)s"
        given["count"] = campaign.sample_count
    return (f"WHERE {' AND '.join(conditions)}" if conditions else "") + end, given


def freeze(campaign: Campaign, at: datetime, part: Part | None = None) -> int:
    """Write the recipients down, each once; for a transaction of the caller. Returns: how many were new.

    The caller has locked the campaign. Raises: NobodyToAsk.
    """
    found, names = selected(campaign, "time_zone", "company__time_zone")
    drawn, given = sample(campaign, part)
    values = {
        "campaign": campaign.pk, "survey": campaign.survey_id, "round": part.round if part else 0, "at": at,
        "by": campaign.created_by_id, **names, **given,
    }  # fmt: skip
    once = _ONCE if Invitation.objects.filter(campaign=campaign).exists() else ""  # at a start there is nobody yet
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE.format(found=found, sample=drawn) + once, values)
        return int(cursor.rowcount)
