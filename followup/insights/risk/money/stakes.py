"""What unhappy customers are worth, by score and by root cause, and what of it stayed for ninety days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F

from followup.insights.estimates.small_groups import LEAST, hidden
from followup.insights.estimates.survival import Retained, Watched, retained
from followup.insights.kept.reading import kept
from followup.insights.recovery import facts
from followup.insights.recovery.facts import RETAINED_DAYS
from followup.insights.recovery.query import Selection
from surveys.scoring import HIGHEST_DETRACTOR, SCORES

# Each customer once, with their last ticket of the period: so the lines of a table sum to the whole.
_STAKES = """
WITH found AS MATERIALIZED ({facts}), customer AS (
    SELECT DISTINCT ON (contact) contact, score, cause, days, "left", worth_of AS value FROM found
    WHERE contact IS NOT NULL ORDER BY contact, clock_from DESC, id DESC
)
SELECT
  (SELECT coalesce(json_agg(alike), '[]') FROM (
    SELECT score AS key, days, "left", count(*) AS n, sum(value)::text AS value FROM customer GROUP BY 1, 2, 3) AS alike
  ),
  (SELECT coalesce(json_agg(alike), '[]') FROM (
    SELECT cause AS key, days, "left", count(*) AS n, sum(value)::text AS value FROM customer GROUP BY 1, 2, 3) AS alike
  ),
  (SELECT count(*) FROM found WHERE contact IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """`n` customers of one score or cause (`key`) who were watched for so many days, or by nobody (None)."""

    key: int | None
    days: int | None
    left: bool
    n: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows. `strangers`: tickets of customers whom the company does not know."""

    by_score: Sequence[Alike]
    by_cause: Sequence[Alike]
    strangers: int


@dataclass(frozen=True, slots=True)
class Part:
    """So many customers, and what they are worth a year; the value is None where so few would be told apart."""

    n: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Stake:
    """One score or root cause; `is_hidden`: too few, and no figure of it means anything.

    `stayed`: watched for ninety days and still customers; `lost`: left within them; `open`: not watched for so long,
    or by nobody. The three sum to all. `share`: of Kaplan and Meier, from all who were watched at all; None where
    nobody was, or where these are too few.
    """

    key: int | None
    n: int
    value: Decimal
    stayed: Part
    lost: Part
    open: Part
    share: Retained | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Stakes:
    """The lines of both tables, and the whole of either."""

    whole: Stake
    by_score: Sequence[Stake]
    by_cause: Sequence[Stake]
    strangers: int


@kept
def read(chosen: Selection) -> Facts:
    """The facts of a selection; one query, one more where a survey records who left."""
    rows = facts.watched(chosen.detractors(), chosen.at)
    columns = {"contact": F("response__contact"), "cause": F("root_cause"), "worth_of": 0 - F("value_rank")}
    try:
        compiled, given = (
            rows.order_by().values("id", "score", "clock_from", "days", "left", **columns).query.sql_with_params()
        )
    except EmptyResultSet:  # a filter that nothing can match
        return Facts([], [], 0)
    with connection.cursor() as cursor:
        cursor.execute(_STAKES.format(facts=compiled), given)
        by_score, by_cause, strangers = cursor.fetchone()
    return Facts(_alike(by_score), _alike(by_cause), strangers)


def _alike(rows: Iterable[dict[str, Any]]) -> list[Alike]:
    return [Alike(row["key"], row["days"], bool(row["left"]), row["n"], Decimal(row["value"])) for row in rows]


def stakes_of(found: Facts) -> Stakes:
    """The figures, small groups hidden; pure."""
    scores = [score for score in SCORES if score <= HIGHEST_DETRACTOR]
    causes = sorted({one.key for one in found.by_cause}, key=lambda key: (key is None, key))
    by_cause = sorted(_lines(found.by_cause, causes), key=lambda line: (line.key is None, -line.value, line.key))
    whole = _line(None, found.by_score, is_hidden=0 < sum(one.n for one in found.by_score) < LEAST)
    if any(0 < part.n < LEAST for part in (whole.stayed, whole.lost, whole.open)):
        whole = _without_money(whole)
    return Stakes(whole, _lines(found.by_score, scores), by_cause, found.strangers)


def _lines(found: Sequence[Alike], keys: Sequence[int | None]) -> list[Stake]:
    groups = [[one for one in found if one.key == key] for key in keys]
    away = hidden([sum(one.n for one in group) for group in groups])
    lines = [_line(key, group, is_hidden=at in away) for at, (key, group) in enumerate(zip(keys, groups, strict=True))]
    no_share = hidden([sum(watched.n for watched in _watched(group)) for group in groups], also=away)
    no_money = _no_money(lines, away)
    return [_changed(line, has_share=at not in no_share, has_money=at not in no_money) for at, line in enumerate(lines)]


def _no_money(lines: Sequence[Stake], away: frozenset[int]) -> frozenset[int]:
    """The lines whose money is not divided into what stayed, what was lost and what is open: all three together, so
    that none is the rest of the others."""
    columns = [[line.stayed.n for line in lines], [line.lost.n for line in lines], [line.open.n for line in lines]]
    found = away
    for _again in columns:  # what one column hides is hidden in the others
        for column in columns:
            found = hidden(column, also=found)
    return found


def _watched(group: Iterable[Alike]) -> list[Watched]:
    return [Watched(one.days, one.left, one.n) for one in group if one.days is not None]


def _line(key: int | None, group: Sequence[Alike], *, is_hidden: bool) -> Stake:
    stayed = [one for one in group if one.days is not None and one.days >= RETAINED_DAYS and not one.left]
    lost = [one for one in group if one.left]
    rest = [one for one in group if not one.left and (one.days is None or one.days < RETAINED_DAYS)]
    watched = _watched(group)
    return Stake(
        key=key, n=sum(one.n for one in group), value=_sum(group),
        stayed=_part(stayed), lost=_part(lost), open=_part(rest),
        share=retained(watched, RETAINED_DAYS) if watched else None, is_hidden=is_hidden,
    )  # fmt: skip


def _part(group: Sequence[Alike]) -> Part:
    return Part(sum(one.n for one in group), _sum(group))


def _sum(group: Iterable[Alike]) -> Decimal:
    return sum((one.value for one in group), Decimal(0))


def _changed(line: Stake, *, has_share: bool, has_money: bool) -> Stake:
    line = line if has_money else _without_money(line)
    return line if has_share else replace(line, share=None)


def _without_money(line: Stake) -> Stake:
    return replace(line, stayed=Part(line.stayed.n, None), lost=Part(line.lost.n, None), open=Part(line.open.n, None))
