"""Count how many customers of each group use a term, among the newest comments of a period; one statement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from followup.insights.estimates.small_groups import LEAST
from followup.insights.kept.reading import kept
from followup.insights.words.models import LANGUAGES, CommentTerms, CommentTermsQuerySet
from nps_project.common.together import ask, number_of
from surveys.contacts.traits import having_trait
from surveys.models import Response, Survey
from surveys.models.response import Group

MOST_COMMENTS = 4_000  # of a group that are read, the newest: pages cost the same however many there are
MOST_COUNTED = 10_000  # comments of a language
GROUPS = (Group.DETRACTOR.value, Group.PASSIVE.value, Group.PROMOTER.value)

_COUNTS = """
WITH said AS MATERIALIZED ({comments}), each AS MATERIALIZED (
    SELECT DISTINCT "group", customer, term FROM said CROSS JOIN LATERAL unnest(terms) AS term
), counted AS (
    SELECT term, count(*) FILTER (WHERE "group" = 'detractor') AS detractors,
        count(*) FILTER (WHERE "group" = 'passive') AS passives,
        count(*) FILTER (WHERE "group" = 'promoter') AS promoters
    FROM each GROUP BY term
)
SELECT
    (SELECT coalesce(json_agg(json_build_array(term, detractors, passives, promoters) ORDER BY term), '[]') FROM counted
        WHERE greatest(detractors, passives, promoters) >= %s),
    (SELECT coalesce(json_agg(json_build_array(is_phrase, detractors, passives, promoters)), '[]') FROM (
        SELECT position(' ' IN term) > 0 AS is_phrase, sum(detractors) AS detractors, sum(passives) AS passives,
            sum(promoters) AS promoters FROM counted GROUP BY 1
    ) AS of_kind),
    (SELECT coalesce(json_agg(json_build_array("group", customers, comments)), '[]') FROM (
        SELECT "group", count(DISTINCT customer) AS customers, count(*) AS comments FROM said GROUP BY 1
    ) AS of_group)
"""
_SURFACES = """
WITH said AS MATERIALIZED ({comments})
SELECT term, mode() WITHIN GROUP (ORDER BY surface) FROM said CROSS JOIN LATERAL unnest(terms, surfaces) AS one(term, surface)
WHERE term = ANY(%s) GROUP BY term
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Scope:
    """Which comments are looked at."""

    surveys: QuerySet[Survey]
    begins: datetime
    ends: datetime
    traits: Mapping[str, str] = field(default_factory=dict)

    def comments(self) -> CommentTermsQuerySet:
        """All of them, in every language."""
        rows = CommentTerms.objects.of_period(self.surveys, self.begins, self.ends)
        if self.traits:
            answers = Response.objects.all()
            for name, value in self.traits.items():
                answers = answers.filter(having_trait(name, value))
            rows = rows.filter(response__in=answers)
        return rows

    def newest(self, language: str, group: str) -> CommentTermsQuerySet:
        """The newest MOST_COMMENTS of one group in one language."""
        rows = self.comments().filter(language=language, group=group)
        return rows.order_by("-answered_at", "-response")[:MOST_COMMENTS]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many customers used a term, by group in the order of GROUPS; only terms of LEAST customers of one group.

    words, phrases: terms of every kind that customers used, each once for a customer, in all. customers, comments: how
    many there are of each group.
    """

    by_term: Mapping[str, Sequence[int]]
    words: Sequence[int]
    phrases: Sequence[int]
    customers: Sequence[int]
    comments: Sequence[int]


def count(scope: Scope, language: str) -> Counts:
    """The counts of one language; one query."""
    terms, kinds, groups = _ask(_COUNTS, scope, language, [LEAST]) or ([], [], [])
    of_kind = {is_phrase: [int(n or 0) for n in sums] for is_phrase, *sums in kinds}
    of_group = {group: (customers, comments) for group, customers, comments in groups}
    none = [0] * len(GROUPS)
    return Counts(
        by_term={term: numbers for term, *numbers in terms},
        words=of_kind.get(False, none),
        phrases=of_kind.get(True, none),
        customers=[of_group.get(group, (0, 0))[0] for group in GROUPS],
        comments=[of_group.get(group, (0, 0))[1] for group in GROUPS],
    )


def surfaces(scope: Scope, language: str, terms: Sequence[str]) -> dict[str, str]:
    """How these terms are written most often; one query."""
    if not terms:
        return {}
    return dict(_rows(_SURFACES, scope, language, [list(terms)]))


@kept
def languages(scope: Scope) -> dict[str, int]:
    """How many comments there are in each language, at most MOST_COUNTED; those without any are left out. One query."""
    rows = scope.comments()
    found = ask({language: number_of(rows.filter(language=language), MOST_COUNTED) for language in LANGUAGES})
    return {language: n for language, n in found.items() if n}


def _ask(sql: str, scope: Scope, language: str, values: list[Any]) -> Any:
    rows = _rows(sql, scope, language, values)
    return [json.loads(part) if isinstance(part, str) else part for part in rows[0]] if rows else None


def _rows(sql: str, scope: Scope, language: str, values: list[Any]) -> list[Any]:
    parts: list[str] = []
    given: list[Any] = []
    for group in GROUPS:
        asked = scope.newest(language, group).values("group", "customer", "terms", "surfaces")
        try:
            compiled, of_part = asked.query.sql_with_params()
        except EmptyResultSet:  # somebody without a team
            return []
        parts.append(f"({compiled})")
        given += of_part
    with connection.cursor() as cursor:
        cursor.execute(sql.format(comments=" UNION ALL ".join(parts)), [*given, *values])
        return list(cursor.fetchall())
