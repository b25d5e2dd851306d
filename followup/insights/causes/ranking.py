"""Reads the ranking of root causes of a period, in one statement, and works it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F

from followup.insights.estimates.shares import Estimate, Share, difference, wilson
from followup.insights.estimates.small_groups import LEAST, hidden
from followup.insights.figures.periods import Period, midnight, months_until
from followup.insights.kept.reading import kept
from followup.models.ticket import TicketQuerySet
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE

# %s in the order of `_given`. A group is 0 for 0-6, 1 for 7-8, 2 for 9-10, as surveys/scoring.py has them.
_RANKING = """
WITH named AS MATERIALIZED (
    SELECT *, born >= %s AS is_now, born >= %s AND born < %s AS is_before FROM ({tickets}) AS found
), counted AS (
    SELECT cause, count(*) FILTER (WHERE is_now) AS n, count(*) FILTER (WHERE is_before) AS before,
        count(DISTINCT contact) FILTER (WHERE is_now) AS customers,
        count(score_after) FILTER (WHERE is_now) AS second_scores,
        count(*) FILTER (WHERE is_now AND (score_after > %s)::int + (score_after > %s)::int
            > (score > %s)::int + (score > %s)::int) AS recovered
    FROM named GROUP BY cause
), worth AS (
    SELECT cause, sum(value) AS value FROM (
        SELECT DISTINCT cause, contact, value FROM named WHERE is_now AND contact IS NOT NULL
    ) AS each GROUP BY cause
), given AS (
    SELECT cause, json_agg(json_build_array(currency, amount::text)) AS sums, sum(gestures) AS gestures FROM (
        SELECT cause, currency, sum(amount) AS amount, count(*) AS gestures
        FROM named JOIN followup_step AS step ON step.ticket_id = named.id
        WHERE is_now AND step.kind = 'compensation' AND step.done_at IS NOT NULL AND step.amount IS NOT NULL
        GROUP BY cause, currency ORDER BY sum(amount) DESC
    ) AS each GROUP BY cause
), months AS (
    SELECT cause, json_object_agg(month, n) AS months FROM (
        SELECT cause, to_char(born AT TIME ZONE %s, 'YYYY-MM') AS month, count(*) AS n FROM named
        WHERE born < %s GROUP BY 1, 2
    ) AS each GROUP BY cause
)
SELECT cause.id, cause.slug, cause.names::json, parent.names::json, cause.is_active, coalesce(counted.n, 0),
    coalesce(counted.before, 0), coalesce(customers, 0), value, coalesce(second_scores, 0), coalesce(recovered, 0),
    coalesce(gestures, 0), coalesce(sums, '[]'), coalesce(months, '{{}}'), {currency}
FROM followup_rootcause AS cause LEFT JOIN followup_rootcause AS parent ON parent.id = cause.parent_id
LEFT JOIN counted ON counted.cause = cause.id LEFT JOIN worth ON worth.cause = cause.id
LEFT JOIN given ON given.cause = cause.id LEFT JOIN months ON months.cause = cause.id
ORDER BY counted.n DESC NULLS LAST, cause.position, cause.id
"""
_CURRENCY = "coalesce((SELECT currency FROM first_steps_owncompany LIMIT 1), '')"


@dataclass(frozen=True, slots=True)
class Row:
    """One root cause. Its figures mean nothing where `is_hidden`: too few tickets named it.

    `share`: of the tickets of the period that name a cause. `customers`: who named it; None where they are too few, and
    with them all that is money. `value`: of them, a year; None also where no value is known. `sums`: what was given to
    them, as (currency, amount). `recovered`: of those with a score afterwards, the answer that follows the ticket; the
    desk, whose list the number opens, knows no other. `months`: tickets in each of MONTHS months. `was_hidden`: too few
    named it in the period before, so that there are no trend and no months: either would give its share then away.
    """

    id: int
    slug: str
    names: Mapping[str, str]
    parent_names: Mapping[str, str] | None
    is_active: bool
    n: int
    share: Share
    before: Share
    trend: Estimate | None
    customers: int | None
    value: Decimal | None
    gestures: int | None
    sums: Sequence[tuple[str, Decimal]] | None
    recovered: Share
    months: Sequence[int]
    is_hidden: bool
    was_hidden: bool

    @property
    def is_recovery_known(self) -> bool:
        """Whether enough customers scored again for a share to say anything."""
        return self.recovered.of >= LEAST


@dataclass(frozen=True, slots=True)
class Ranking:
    """The causes that somebody named in the period, the most frequent first. `n`: tickets that name a cause."""

    period: Period
    n: int
    before: int
    rows: Sequence[Row]
    currency: str

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if not row.is_hidden]

    @property
    def hidden(self) -> list[Row]:
        return [row for row in self.rows if row.is_hidden]


@kept
def rank(tickets: TicketQuerySet, period: Period) -> Ranking:
    """The ranking over those of these tickets whose answers count; one statement."""
    rows = _read(tickets, period)
    n, before = sum(row["n"] for row in rows), sum(row["before"] for row in rows)
    away = hidden([row["n"] for row in rows])
    no_money = hidden([row["customers"] for row in rows], also=away)
    earlier = hidden([row["before"] for row in rows])
    months = months_until(period.last)
    made = [
        _row(row, n, before, months, is_hidden=at in away, has_money=at not in no_money, was_hidden=at in earlier)
        for at, row in enumerate(rows) if row["n"]
    ]  # fmt: skip
    return Ranking(period, n, before, made, rows[0]["currency"] if rows else "")


_COLUMNS = (
    "id", "slug", "names", "parent_names", "is_active", "n", "before", "customers", "value", "second_scores",
    "recovered", "gestures", "sums", "months", "currency",
)  # fmt: skip


def _read(tickets: TicketQuerySet, period: Period) -> list[dict[str, Any]]:
    months = months_until(period.last)
    first_month = midnight(date(*months[0], 1))
    named = tickets.of_real_answers().filter(
        root_cause__isnull=False,
        clock_from__gte=min(period.before.begins, first_month),
        clock_from__lt=period.ends,
    )
    columns = {
        "cause": F("root_cause"), "born": F("clock_from"), "contact": F("response__contact"),
        "value": F("response__contact__value"),
    }  # fmt: skip
    chosen = named.order_by().values("id", "score", "score_after", **columns)
    try:
        compiled, given = chosen.query.sql_with_params()
    except EmptyResultSet:  # somebody without a team
        return []
    groups = [HIGHEST_DETRACTOR, HIGHEST_PASSIVE] * 2
    values = [period.begins, period.before.begins, period.begins, *given, *groups, settings.TIME_ZONE, period.ends]
    with connection.cursor() as cursor:
        cursor.execute(_RANKING.format(tickets=compiled, currency=_CURRENCY), values)
        found = cursor.fetchall()
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def _row(
    row: dict[str, Any], n: int, before: int, months: list[tuple[int, int]], *, is_hidden: bool, has_money: bool,
    was_hidden: bool,
) -> Row:  # fmt: skip
    now, then = wilson(row["n"], n), wilson(row["before"], before)
    return Row(
        id=row["id"], slug=row["slug"], names=row["names"], parent_names=row["parent_names"],
        is_active=row["is_active"], n=row["n"], share=now, before=then,
        trend=None if was_hidden else difference(now, then),
        customers=row["customers"] if has_money else None, value=row["value"] if has_money else None,
        gestures=int(row["gestures"]) if has_money else None,
        sums=[(currency, Decimal(amount)) for currency, amount in row["sums"]] if has_money else None,
        recovered=wilson(row["recovered"], row["second_scores"]),
        months=[] if was_hidden else [row["months"].get(f"{year:04}-{month:02}", 0) for year, month in months],
        is_hidden=is_hidden, was_hidden=was_hidden,
    )  # fmt: skip
