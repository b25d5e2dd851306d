"""Read figures by what is counted day by day: the days that are counted from their counts, the others from answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from nps_project.common.together import ask, list_of
from surveys.models import Response, Survey, Tally
from surveys.tallying.days.counting import GROUPS, day_of_answer, in_days
from surveys.tallying.days.divisions import Way, both_traits, one_of_both, pair_of
from surveys.tallying.models import ChangedDay, CountedDay, DayCount

MOST_FROM_ANSWERS = 31  # days that are not counted: with more of them all is read from the answers
Trait = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Days:
    """Which days of a period are counted by a division, and which are not."""

    division: int  # its id, 0 where no day is counted
    surveys: QuerySet[Survey]
    counted: Sequence[date]
    others: Sequence[date]

    def sums(self, value: Combinable, by: str, having: Sequence[Q] = ()) -> list[dict[str, Any]]:
        """Rows of `by` (value or day), promoters, passives and detractors; at most two queries.

        `value`: that of an answer. `having`: conditions on `trait_0` and `trait_1`, where it is of two traits.
        """
        rows = list(self.kept(by, having))
        if self.others:
            rows += self.fresh(Way(value), by, having)
        return together(rows, by)

    def kept(self, by: str, having: Sequence[Q] = ()) -> QuerySet[Any, dict[str, Any]]:
        """Rows of `by` and the groups, of the counted days."""
        rows = DayCount.objects.filter(division=self.division, survey__in=self.surveys, day__in=self.counted)
        rows = _having(rows, having, Q(division=self.division))
        sums = {group: Sum(group) for group in GROUPS}
        found: QuerySet[Any, dict[str, Any]] = rows.order_by().values(by).annotate(**sums)
        return found

    def fresh(self, way: Way, by: str, having: Sequence[Q] = ()) -> QuerySet[Any, dict[str, Any]]:
        """The same of the answers of the other days."""
        fresh = Response.objects.confirmed().filter(in_days(self.others), way.of, survey__in=self.surveys).order_by()
        fresh = fresh.annotate(value=way.value, day=day_of_answer())
        found: QuerySet[Any, dict[str, Any]] = _having(fresh, having).values(by).annotate(**GROUPS)
        return found


def days_of(division: str, surveys: QuerySet[Survey], first_day: date | None, last_day: date | None) -> Days | None:
    """Which days of these surveys are counted; None where so few are that the answers tell as soon. One query."""
    within = Q()
    if first_day:
        within &= Q(day__gte=first_day)
    if last_day:
        within &= Q(day__lte=last_day)
    counted = CountedDay.objects.filter(within, division__name=division, is_over=False)
    counted = counted.exclude(day__in=ChangedDay.objects.values("day"))
    tallied = Tally.objects.filter(within, survey__in=surveys, count__gt=0).order_by()
    days = {"counted": counted.values("division", "day"), "tallied": tallied.values("day").distinct()}
    found = ask({name: list_of(rows) for name, rows in days.items()})
    known, every = ({date.fromisoformat(row["day"]) for row in found[name]} for name in ("counted", "tallied"))
    others = sorted(every - known)
    if len(others) > MOST_FROM_ANSWERS:
        return None
    return Days(next((row["division"] for row in found["counted"]), 0), surveys, sorted(every & known), others)


def by_two_traits(
    traits: Mapping[str, Sequence[Trait]],
    names: Sequence[str],
    surveys: QuerySet[Survey],
    first_day: date | None,
    last_day: date | None,
    by: str,
) -> list[dict[str, Any]] | None:
    """Sums by `value` (a JSON list of the two traits, in the order of `names`) or `day`, of answers with these
    meanings of `traits`; None unless both `names` are marked and counted. At most four queries."""
    pair = pair_of(names)
    days = days_of(pair[0], surveys, first_day, last_day) if pair else None
    if pair is None or days is None:
        return None
    having = [_means(pair[1].index(name), meanings) for name, meanings in traits.items()]
    return days.sums(both_traits(pair[1]), by, having)


def place_in_pair(names: Sequence[str], name: str) -> int:
    """Which of the two values of a pair a trait is."""
    pair = pair_of(names)
    return pair[1].index(name) if pair else 0


def _means(place: int, meanings: Iterable[Trait]) -> Q:
    found = Q()
    for meaning in meanings:
        found |= Q(**{f"trait_{place}": meaning})
    return found


def _having(rows: QuerySet[Any], conditions: Sequence[Q], of_it: Q | None = None) -> QuerySet[Any]:
    if not conditions:
        return rows
    found: QuerySet[Any] = rows.alias(trait_0=one_of_both(0, of_it), trait_1=one_of_both(1, of_it))
    return found.filter(*conditions)


def together(rows: Iterable[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """One row for each `by`."""
    sums: dict[Any, dict[str, Any]] = {}
    for row in rows:
        known = sums.setdefault(row[by], {by: row[by], **dict.fromkeys(GROUPS, 0)})
        for group in GROUPS:
            known[group] += row[group]
    return list(sums.values())
