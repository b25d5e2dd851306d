"""The flood limit of public links: answers above it in one hour wait for a person's decision."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from nps_project.accounts.models import User
from nps_project.web.rate_limit import BatchedLimit
from surveys.models import Response, Survey

EVIDENCE = {"why": "flood"}  # on an answer that waits because of it
LEAST, TIMES, WEEKS = 200, 3, 4
MOST_COUNTED = 1000

_LEARN = """
UPDATE surveys_survey AS survey SET flood_limit_learnt = learnt.usual
FROM (
    SELECT id, greatest(%(least)s, %(times)s * coalesce((
        SELECT max(hours.answers) FROM (
            SELECT count(*) AS answers FROM surveys_response
            WHERE survey_id = every.id AND channel = 'link' AND answered_at >= %(since)s
            GROUP BY date_trunc('hour', answered_at) HAVING bool_and(state = 'confirmed')
        ) AS hours
    ), 0)) AS usual
    FROM surveys_survey AS every
) AS learnt
WHERE survey.id = learnt.id AND survey.flood_limit_learnt <> learnt.usual
"""

hourly_limit = BatchedLimit(window_s=3600)


def limit_of(survey: Survey) -> int:
    """The survey's limit in answers an hour; 0 for no limit."""
    return survey.flood_limit_learnt if survey.flood_limit is None else survey.flood_limit


def is_over(survey: Survey) -> bool:
    """Count one answer. Returns: whether it is over the limit and waits; False without a store. At most 50 ms."""
    limit = limit_of(survey)
    return limit > 0 and not hourly_limit.is_within(f"flood:{survey.pk}", limit)


def learn(at: datetime) -> int:
    """The usual number of each survey: TIMES its busiest hour of the last WEEKS, at least LEAST.

    An hour with an answer that waits or was discarded teaches nothing: it may have been a flood. Returns: how many
    changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEARN, {"least": LEAST, "times": TIMES, "since": at - timedelta(weeks=WEEKS)})
        changed: int = cursor.rowcount
    return changed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers of one survey that wait for a decision; `is_more`: there are more than were counted."""

    slug: str
    name: str
    count: int
    is_more: bool


def doubtful_rows(user: User) -> QuerySet[Response, Any]:
    """Of answers that wait for a decision, the surveys that this person may see: a row for each, at most
    MOST_COUNTED + 1."""
    rows = Response.objects.visible_to(user).doubtful().order_by()
    return rows.values(slug=F("survey__slug"), name=F("survey__name"))[: MOST_COUNTED + 1]


def waiting_of(rows: Sequence[Mapping[str, Any]]) -> list[Waiting]:
    """The surveys with answers that wait, from what `doubtful_rows` gives."""
    counts = Counter((row["slug"], row["name"]) for row in rows[:MOST_COUNTED])
    return [Waiting(slug, name, count, len(rows) > MOST_COUNTED) for (slug, name), count in sorted(counts.items())]
