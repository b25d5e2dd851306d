"""The answers of each day by group."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from followup.insights.comparing.trend import Counts
from surveys.models import Response, Survey
from surveys.models.response import ResponseQuerySet
from surveys.statistics import GROUP_FILTERS, answers_of, days_having, tallies_having


def rows_of_days(
    surveys: QuerySet[Survey], first: date | None, last: date | None, traits: Mapping[str, str] | None = None
) -> QuerySet[Any, dict[str, Any]]:
    """Rows of day, promoters, passives and detractors, of the confirmed answers; days without any are left out.

    From the tallies; with traits that these cannot tell from the answers of the period.
    """
    tallies = tallies_having(surveys, first, last, traits or {})
    if tallies is None:
        answers = Response.objects.confirmed().filter(survey__in=surveys)
        return days_of_answers(answers_of(answers, first_day=first, last_day=last, traits=traits or {}))
    sums = {name: Coalesce(Sum("count", filter=found), 0) for name, found in GROUP_FILTERS.items()}
    rows: QuerySet[Any, dict[str, Any]] = tallies.values("day").annotate(**sums)
    return rows


def days_of_answers(answers: ResponseQuerySet) -> QuerySet[Any, dict[str, Any]]:
    """The same rows of these answers."""
    counted = {name: Count("pk", filter=found) for name, found in GROUP_FILTERS.items()}
    return answers.values(day=TruncDate("answered_at", tzinfo=ZoneInfo(settings.TIME_ZONE))).annotate(**counted)


def days_with_traits(
    surveys: QuerySet[Survey], first: date | None, last: date | None, traits: Mapping[str, str]
) -> dict[date, Counts]:
    """The counts by day of the answers with these traits: of two that are counted together by their days."""
    rows = days_having(surveys, first, last, traits)
    return by_day(rows_of_days(surveys, first, last, traits) if rows is None else rows)


def by_day(rows: "QuerySet[Any, dict[str, Any]] | list[dict[str, Any]]") -> dict[date, Counts]:
    """The counts by day, of rows of `rows_of_days`, also where they came as JSON."""
    return {
        row["day"] if isinstance(row["day"], date) else date.fromisoformat(row["day"]): (
            row["promoters"],
            row["passives"],
            row["detractors"],
        )
        for row in rows
    }
