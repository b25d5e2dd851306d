"""Draws a call list: counts who was asked and who was silent, and takes a chance sample of the silent.

A customer counts once, however often they were asked. They answered when they gave the survey an answer, by any door,
since they were first asked; they can be called when there is a number, and no wish against being asked.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Min

from followup.insights.silence.figures.asked import Scope
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE
from surveys.tallying.days.asks.states import ASKED_WHEN

MOST_DRAWN = 2_000  # of a list: nobody calls more, and every page about it counts them
_KNOWN = """
WITH asked AS ({asked}), last AS (
  SELECT DISTINCT ON (contact_id) contact_id, state, score, answered_at FROM surveys_response
  WHERE survey_id = %s AND state <> 'discarded' AND answered_at >= %s AND contact_id IS NOT NULL
  ORDER BY contact_id, answered_at DESC, id DESC), known AS MATERIALIZED (
  SELECT asked.contact_id, said.state, said.score,
    said.state IS NULL AND contact.phone <> '' AND NOT contact.do_not_contact AND contact.unsubscribed_at IS NULL
      AND NOT EXISTS (SELECT FROM surveys_unsubscription AS wish
                      WHERE wish.contact_id = asked.contact_id AND wish.survey_id = %s) AS reachable
  FROM asked JOIN surveys_contact AS contact ON contact.id = asked.contact_id
  LEFT JOIN last AS said ON said.contact_id = asked.contact_id AND said.answered_at >= asked.since)
"""
_COUNTS = f"""
  count(*) FILTER (WHERE state IS NULL) AS silent, count(*) FILTER (WHERE reachable) AS reachable,
  count(*) FILTER (WHERE state = 'confirmed' AND score > {HIGHEST_PASSIVE}) AS promoters,
  count(*) FILTER (WHERE state = 'confirmed' AND score BETWEEN {HIGHEST_DETRACTOR + 1} AND {HIGHEST_PASSIVE})
    AS passives,
  count(*) FILTER (WHERE state = 'confirmed' AND score <= {HIGHEST_DETRACTOR}) AS detractors
"""
_DRAW = """, counted AS (SELECT {counts} FROM known), drawn AS (
  INSERT INTO silence_call (call_list_id, contact_id, place)
  SELECT %s, contact_id, row_number() OVER (ORDER BY hashint8extended(contact_id, %s), contact_id)
  FROM known WHERE reachable ORDER BY hashint8extended(contact_id, %s), contact_id
  LIMIT (SELECT least(%s, coalesce(%s, greatest(1, round(reachable * %s::numeric)))) FROM counted)
  RETURNING 1)
SELECT counted.*, (SELECT count(*) FROM drawn) FROM counted
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the customers who were asked. Who gave an answer that does not count yet is in none of them."""

    silent: int
    reachable: int
    promoters: int
    passives: int
    detractors: int
    drawn: int = 0

    @property
    def asked(self) -> int:
        return self.silent + self.promoters + self.passives + self.detractors


def count(scope: Scope, survey_id: int) -> Counts:
    """Whom a draw would be of; one query."""
    sql, given = _known(scope, survey_id)
    return Counts(*_one(f"{sql} SELECT {_COUNTS} FROM known", given))  # noqa: S608


def draw(
    scope: Scope, survey_id: int, *, call_list_id: int, seed: int, number: int | None, share: float | None
) -> Counts:
    """Write down `number` of those who can be called, or a `share` of them, 0 to 1: at least one, and at most
    MOST_DRAWN; one statement.

    The same seed draws the same customers in the same order, as long as the same ones can be called.
    """
    sql, given = _known(scope, survey_id)
    drawing = _DRAW.format(counts=_COUNTS)
    return Counts(*_one(sql + drawing, [*given, call_list_id, seed, seed, MOST_DRAWN, number, share]))


def _known(scope: Scope, survey_id: int) -> tuple[str, list[Any]]:
    rows = scope.asked().order_by().values("contact_id").annotate(since=Min(ASKED_WHEN)).values("contact_id", "since")
    sql, given = rows.query.sql_with_params()
    return _KNOWN.format(asked=sql), [*given, survey_id, scope.period.begins, survey_id]


def _one(sql: str, given: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchone()
