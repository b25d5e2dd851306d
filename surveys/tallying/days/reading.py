"""Read figures by what is counted day by day: the days that are counted from their counts, the others from answers, and
of today the hours that are counted from their counts too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateTimeField, Exists, F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from nps_project.common.dates import day_bounds
from nps_project.common.together import ask, first_of, list_of
from surveys.models import Response, Survey, Tally
from surveys.tallying.days.counting import GROUPS, day_of_answer, in_days
from surveys.tallying.days.divisions import Way, both_traits, one_of_both, pair_of
from surveys.tallying.models import ChangedDay, CountedDay, CountedSoFar, DayCount

MOST_FROM_ANSWERS = 31  # days that are not counted: with more of them all is read from the answers
Trait = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Days:
    """Which days of a period are counted by a division, and which are not; `so_far` is counted as far as `until`.

    `kept` and `fresh` belong into one statement: meanwhile more of it may be counted, or the day be over.
    """

    division: int  # its id, 0 where no day is counted
    surveys: QuerySet[Survey]
    counted: Sequence[date]
    others: Sequence[date]
    so_far: date | None = None
    until: datetime | None = None

    def sums(self, value: Combinable, by: str, having: Sequence[Q] = ()) -> list[dict[str, Any]]:
        """Rows of `by` (value or day), promoters, passives and detractors; one query, two if more was counted just now.

        `value`: that of an answer. `having`: conditions on `trait_0` and `trait_1`, where it is of two traits.
        """
        parts, way = {"kept": list_of(self.kept(by, having))}, Way(value)
        if self.so_far:  # told until when, the database knows how few answers those are
            known = {"until": first_of(self._hours(self.so_far).values("until"))}
            found = ask(parts | known | {"fresh": list_of(self.fresh(way, by, having, self.until))})
            if found.pop("until") != self.until:
                found = ask(parts | {"fresh": list_of(self.fresh(way, by, having))})
        else:
            found = ask(parts | ({"fresh": list_of(self.fresh(way, by, having))} if self.others else {}))
        rows = [row for part in found.values() for row in part]
        return together([row | {by: date.fromisoformat(row[by])} for row in rows] if by == "day" else rows, by)

    def kept(self, by: str, having: Sequence[Q] = ()) -> QuerySet[Any, dict[str, Any]]:
        """Rows of `by` and the groups, of what is counted."""
        rows = DayCount.objects.filter(division=self.division, survey__in=self.surveys)
        if self.so_far:
            rows = rows.filter(
                ~Q(day=self.so_far) | Exists(self._hours(self.so_far)), day__in=[*self.counted, self.so_far]
            )
        else:
            rows = rows.filter(day__in=self.counted)
        rows = _having(rows, having, Q(division=self.division))
        sums = {group: Sum(group) for group in GROUPS}
        found: QuerySet[Any, dict[str, Any]] = rows.order_by().values(by).annotate(**sums)
        return found

    def fresh(
        self, way: Way, by: str, having: Sequence[Q] = (), until: datetime | None = None
    ) -> QuerySet[Any, dict[str, Any]]:
        """The same of the answers of the other days, and of `so_far` from `until` on; None: as far as it is counted."""
        found, others = Response.objects.confirmed(), in_days(self.others)
        if self.so_far:
            begins, ends = day_bounds(self.so_far)
            if until is None:
                counted = Subquery(self._hours(self.so_far).values("until"), output_field=DateTimeField())
                found = found.alias(counted_until=Coalesce(counted, Value(begins, output_field=DateTimeField())))
                others |= Q(answered_at__gte=begins, answered_at__lt=ends) & Q(answered_at__gte=F("counted_until"))
            else:
                others |= Q(answered_at__gte=until, answered_at__lt=ends)
        fresh = found.filter(others, way.of, survey__in=self.surveys).order_by()
        fresh = fresh.annotate(value=way.value, day=day_of_answer())
        divided: QuerySet[Any, dict[str, Any]] = _having(fresh, having).values(by).annotate(**GROUPS)
        return divided

    def _hours(self, day: date) -> QuerySet[CountedSoFar]:
        """How far this day is counted, as of the statement that asks it."""
        return CountedSoFar.objects.filter(division=self.division, day=day, is_over=False)


def days_of(division: str, surveys: QuerySet[Survey], first_day: date | None, last_day: date | None) -> Days | None:
    """Which days of these surveys are counted; None where so few are that the answers tell as soon. One query."""
    within = Q()
    if first_day:
        within &= Q(day__gte=first_day)
    if last_day:
        within &= Q(day__lte=last_day)
    counts = Q(within, division__name=division, is_over=False) & ~Q(day__in=ChangedDay.objects.values("day"))
    tallied = Tally.objects.filter(within, survey__in=surveys, count__gt=0).order_by()
    found = ask(
        {
            "counted": list_of(CountedDay.objects.filter(counts).values("division", "day")),
            "so_far": list_of(CountedSoFar.objects.filter(counts).values("division", "day", "until")),
            "tallied": list_of(tallied.values("day").distinct()),
        }
    )
    known, begun, every = (
        {date.fromisoformat(row["day"]) for row in found[name]} for name in ("counted", "so_far", "tallied")
    )
    begun &= every - known
    others = sorted(every - known - begun)
    if len(others) > MOST_FROM_ANSWERS:
        return None
    of_it = next((row["division"] for row in [*found["counted"], *found["so_far"]]), 0)
    until = next((datetime.fromisoformat(row["until"]) for row in found["so_far"]), None)
    return Days(of_it, surveys, sorted(every & known), others, next(iter(begun), None), until)


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
