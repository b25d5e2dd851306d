"""Read figures of asks: of the days that are counted from their counts, of the others from the asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from nps_project.common.dates import company_day
from nps_project.common.together import ask, list_of
from surveys.models import Survey
from surveys.tallying.days.asks.counting import COUNTS, first_asked, in_days
from surveys.tallying.models import AskCount, ChangedAskDay, CountedDay

MOST_FROM_ASKS = 31  # days that are not counted: with more of them all is read from the asks


@dataclass(frozen=True, slots=True)
class AskDays:
    """The days of a period: all are counted by a division (its id) but the `others`."""

    division: int
    first: date
    last: date
    others: Sequence[date]

    def kept(self, surveys: QuerySet[Survey]) -> QuerySet[AskCount]:
        """The counts of these surveys' asks on the counted days."""
        rows = AskCount.objects.filter(
            division=self.division, survey__in=surveys, day__gte=self.first, day__lte=self.last
        )
        return rows.exclude(day__in=self.others) if self.others else rows

    def fresh(self, asked: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """Those of the period's asks, with `asked_when`, that lie on the other days."""
        return asked.filter(in_days(self.others))


SUMS = {name: Sum(name) for name in COUNTS}


def days_of(division: str, first: date, last: date) -> AskDays | None:
    """Which days of a period are counted; None where so few are that the asks tell as soon. One query."""
    counted = CountedDay.objects.filter(division__name=division, is_over=False, day__gte=first, day__lte=last)
    counted = counted.exclude(day__in=ChangedAskDay.objects.values("day"))
    read = ask({"first": list_of(first_asked()), "counted": list_of(counted.values("division", "day"))})
    if not read["counted"]:
        return None
    begins = [company_day(datetime.fromisoformat(row["when"])) for row in read["first"]]
    first, last = max(first, *begins), min(last, company_day(timezone.now()) + timedelta(days=1))
    known = {date.fromisoformat(row["day"]) for row in read["counted"]}
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    others = [day for day in every if day not in known]
    return AskDays(read["counted"][0]["division"], first, last, others) if len(others) <= MOST_FROM_ASKS else None


def together(rows: Iterable[Mapping[str, Any]], *by: str) -> list[dict[str, Any]]:
    """One row for each `by`, with the sums of the rest; None counts as 0."""
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in by)
        known = sums.setdefault(key, dict(zip(by, key, strict=True)))
        for name, number in row.items():
            if name not in by:
                known[name] = known.get(name, 0) + (number or 0)
    return list(sums.values())
