"""Asks the database for everything that the figures of recovery are made of, each ticket once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from followup.insights.recovery import facts
from followup.models import Outcome
from followup.models.ticket import TicketQuerySet
from followup.statistics import Promises, ask_promises, in_period, promises_of
from nps_project.common.together import Question, ask, list_of
from surveys.models import Survey
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.statistics import tally


@dataclass(frozen=True, slots=True)
class Selection:
    """What the figures are asked of: tickets that the reader may see, surveys whose scores they are compared with, and
    the days, both included. `seen`: see facts.py."""

    tickets: TicketQuerySet
    surveys: QuerySet[Survey]
    first_day: date | None
    last_day: date | None
    at: datetime
    seen: QuerySet[Survey] | None

    def detractors(self) -> TicketQuerySet:
        """Detractors' tickets of the period, whose answers count."""
        return in_period(facts.detractors(self.tickets), self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class Cell:
    """So many tickets (`n`) that are alike in all that the figures tell apart."""

    speed: int
    kept: int
    score: int
    second: int | None
    worth: int
    quarter: str
    n: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Customers watched for so many days, by whether they were contacted in time; `left`: they left then."""

    kept: int
    days: int
    left: bool
    n: int


@dataclass(frozen=True, slots=True)
class Group:
    """The tickets of one month, team, owner, survey or root cause (`key`). `ended`: promises whose end is known."""

    key: Any
    n: int
    ended: int
    met: int
    second: int
    recovered: int
    median_s: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of a selection. Times in seconds; None without contacts."""

    cells: list[Cell]
    seen: list[Seen]
    counts: Mapping[str, int]
    median_s: float | None
    p90_s: float | None
    promises: Promises
    scores: Mapping[int, int]  # all answers of the period, by score
    records_churn: bool
    groups: list[Group]


NO_COUNTS = dict.fromkeys(("n", "contacted", "asked_again", "answered_again", *Outcome.values), 0)


def read(chosen: Selection, by: str = "") -> Facts:
    """The facts of a selection; three queries. `by`: one of facts.KEYS, by which `groups` are made; "" for none."""
    rows = facts.watched(facts.with_facts(chosen.detractors(), chosen.seen), chosen.at)
    rows = facts.with_key_and_promise(rows, by, chosen.at)
    found = {**_aggregates(rows), **ask(_others(chosen))}
    counts = found["counts"] or {}
    return Facts(
        cells=[Cell(**row) for row in found["cells"]],
        seen=[Seen(row["kept"], row["days"], bool(row["left"]), row["n"]) for row in found["seen"]],
        counts=NO_COUNTS | {name: counts[name] for name in NO_COUNTS},
        median_s=counts["median"],
        p90_s=counts["ninetieth"],
        promises=promises_of(found),
        scores={row["score"]: row["answers"] for row in found["scores"]},
        records_churn=bool(found["seen"]),
        groups=[Group(**row) for row in found["groups"]] if by else [],
    )


def _others(chosen: Selection) -> dict[str, Question]:
    first, last = chosen.first_day, chosen.last_day
    return {
        "scores": list_of(tally(chosen.surveys, first, last)),
        **ask_promises(chosen.tickets.of_detractors(), at=chosen.at, first_day=first, last_day=last),
    }


# The facts of each ticket are computed once; all figures are counted from them.
_COLUMNS = ("speed", "kept", "score", "second", "worth", "quarter", "days", "left", "clock_from", "first_contact_at",
            "first_contact_due_at", "outcome", "asked_again_at", "score_after", "key",
            "promise")  # fmt: skip
_AGGREGATES = """
WITH facts AS MATERIALIZED ({facts})
SELECT
  (SELECT coalesce(json_agg(alike), '[]') FROM (
    SELECT speed, kept, score, second, worth, quarter, count(*) AS n FROM facts GROUP BY 1, 2, 3, 4, 5, 6) AS alike),
  (SELECT coalesce(json_agg(alike), '[]') FROM (
    SELECT kept, days, "left", count(*) AS n FROM facts WHERE days IS NOT NULL GROUP BY 1, 2, 3) AS alike),
  (SELECT row_to_json(counted) FROM (
    SELECT count(*) AS n, count(first_contact_at) AS contacted, count(asked_again_at) AS asked_again,
      count(score_after) AS answered_again, {quantiles}, {outcomes} FROM facts) AS counted),
  (SELECT coalesce(json_agg(groups), '[]') FROM (
    SELECT key, count(*) AS n, count(promise) AS ended, coalesce(sum(promise), 0) AS met, count(second) AS second,
      count(*) FILTER (WHERE second > {cut}) AS recovered, {median_s} FROM facts GROUP BY key) AS groups)
"""
_QUANTILE = (
    "percentile_cont({share}) WITHIN GROUP (ORDER BY extract(epoch FROM first_contact_at - clock_from))"
    " FILTER (WHERE first_contact_due_at IS NOT NULL) AS {name}"
)
_ANSWERS = ("cells", "seen", "counts", "groups")


def _aggregates(rows: QuerySet[Any, Any]) -> dict[str, Any]:
    try:
        compiled, given = rows.order_by().values(*_COLUMNS).query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can match
        return {"cells": [], "seen": [], "counts": NO_COUNTS | {"median": None, "ninetieth": None}, "groups": []}
    statement = _AGGREGATES.format(
        facts=compiled,
        quantiles=", ".join(_QUANTILE.format(share=s, name=n) for s, n in ((0.5, "median"), (0.9, "ninetieth"))),
        outcomes=", ".join(f"count(*) FILTER (WHERE outcome = '{one}') AS \"{one}\"" for one in Outcome.values),
        median_s=_QUANTILE.format(share=0.5, name="median_s"),
        cut=HIGHEST_DETRACTOR,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return dict(zip(_ANSWERS, cursor.fetchone(), strict=True))
