"""How many of the customers that a trial drew, or might have drawn, came back better: by what is stored, any time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from followup.models import Playbook
from followup.playbooks.trials.models import Arm, Trial
from followup.playbooks.versions import surveys_of
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE

SOONEST = timedelta(days=14)  # after the answer: a score of the same customer, without being asked again
_YEAR = timedelta(days=365)

# The answer that follows the ticket, the newest in time; without one, the customer's first of another day.
_COUNT = """
WITH came AS ({came}), second AS (
    SELECT came.arm, came.score AS before, COALESCE(
        (SELECT again.score FROM surveys_response again
         WHERE again.follows_id = came.response AND again.state = 'confirmed'
           AND again.answered_at <= came.at + %(window)s ORDER BY again.answered_at DESC, again.id DESC LIMIT 1),
        (SELECT other.score FROM surveys_response other
         WHERE other.contact_id = came.contact AND other.id <> came.response AND other.state = 'confirmed'
           AND other.answered_at BETWEEN came.answered + %(soonest)s AND came.at + %(window)s
         ORDER BY other.answered_at, other.id LIMIT 1)
    ) AS after FROM came
)
SELECT arm, count(*), count(after),
    count(*) FILTER (WHERE (after > %(passive)s AND before <= %(passive)s)
                        OR (after > %(detractor)s AND before <= %(detractor)s))
FROM second GROUP BY arm
"""
_DRAWN = """
    SELECT draw.arm, draw.score, draw.at, ticket.response_id AS response, answer.contact_id AS contact,
        answer.answered_at AS answered
    FROM (SELECT * FROM trials_draw WHERE trial_id = %(trial)s ORDER BY id LIMIT %(size)s) AS draw
    JOIN followup_ticket ticket ON ticket.id = draw.ticket_id
    JOIN surveys_response answer ON answer.id = ticket.response_id
"""
_BEFORE = """
    SELECT 'a' AS arm, ticket.score, ticket.opened_at AS at, ticket.response_id AS response,
        answer.contact_id AS contact, answer.answered_at AS answered
    FROM followup_ticket ticket JOIN surveys_response answer ON answer.id = ticket.response_id
    WHERE ticket.survey_id = ANY(%(surveys)s) AND ticket.score = ANY(%(scores)s) AND ticket.discarded_at IS NULL
      AND ticket.opened_at BETWEEN %(since)s AND %(until)s
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the customers of one version: how many were drawn, how many gave a second score, how many a better group."""

    n: int
    answered: int
    recovered: int


NOBODY = Counts(0, 0, 0)


def of_trial(trial: Trial) -> dict[str, dict[str, int]]:
    """The counts by arm, of the first customers drawn, up to the size that was fixed. One query."""
    found = _counts(_DRAWN, {"trial": trial.pk, "size": trial.size, "window": timedelta(days=trial.window_days)})
    return {arm: asdict(found.get(arm, NOBODY)) for arm in Arm.values}


def of_last_year(playbook: Playbook, scores: list[int], window_days: int, at: datetime) -> Counts:
    """What the plays in force did to customers with these scores, of a year of tickets that are old enough."""
    window = timedelta(days=window_days)
    surveys = list(surveys_of(playbook).values_list("pk", flat=True))
    found = _counts(
        _BEFORE,
        {"surveys": surveys, "scores": scores, "window": window, "since": at - _YEAR - window, "until": at - window},
    )
    return found.get(Arm.A, NOBODY)


def _counts(came: str, values: Mapping[str, Any]) -> dict[str, Counts]:
    fixed: dict[str, Any] = {"soonest": SOONEST, "passive": HIGHEST_PASSIVE, "detractor": HIGHEST_DETRACTOR}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(came=came), {**values, **fixed})
        return {arm: Counts(*numbers) for arm, *numbers in cursor.fetchall()}
