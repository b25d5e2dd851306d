"""An NPS over time: by day, week, month or quarter, and over rolling days. Plain arithmetic over counts of days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from surveys.scoring import NpsFigures

DAY, WEEK, MONTH, QUARTER = "day", "week", "month", "quarter"
INTERVALS = (DAY, WEEK, MONTH, QUARTER)
ROLLING = {"rolling30": 30, "rolling90": 90}  # days
Counts = tuple[int, int, int]  # promoters, passives, detractors


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend: its first and last day, and its figures. A rolling one ends on `last`."""

    first: date
    last: date
    figures: NpsFigures


def start_of(day: date, interval: str) -> date:
    """The first day of the period that a day lies in; weeks begin on Monday. Raises: ValueError."""
    if interval == DAY:
        return day
    if interval == WEEK:
        return day - timedelta(days=day.weekday())
    if interval == MONTH:
        return day.replace(day=1)
    if interval == QUARTER:
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    raise ValueError(f"interval is {interval}; allowed: {', '.join(INTERVALS)}")


def next_start(first: date, interval: str) -> date:
    """The first day of the period after the one that begins on `first`."""
    days = {DAY: 1, WEEK: 7, MONTH: 31, QUARTER: 92}[interval]
    return start_of(first + timedelta(days=days), interval)


def by_period(days: Mapping[date, Counts], first: date, last: date, interval: str) -> list[Point]:
    """The periods from the one of `first` to that of `last`, those without answers, too.

    The first and the last are cut off at `first` and `last`. Raises: ValueError for an unknown interval.
    """
    points, begins = [], first
    while begins <= last:
        follows = next_start(start_of(begins, interval), interval)
        ends = min(last, follows - timedelta(days=1))
        points.append(Point(begins, ends, _sum(days.get(day) for day in _days(begins, ends))))
        begins = follows
    return points


def rolling(days: Mapping[date, Counts], first: date, last: date, length: int) -> list[Point]:
    """One point a day from `first` to `last`, each over the `length` days that end with it; `days` has those before."""
    begin = first - timedelta(days=length)
    totals = list(accumulate((days.get(day, (0, 0, 0)) for day in _days(begin, last)), _plus))
    return [
        Point(
            day - timedelta(days=length - 1), day, NpsFigures.of_groups(*_minus(totals[place + length], totals[place]))
        )
        for place, day in enumerate(_days(first, last))
    ]


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _plus(one: Counts, other: Counts) -> Counts:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _minus(one: Counts, other: Counts) -> Counts:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def _sum(counts: Iterable[Counts | None]) -> NpsFigures:
    total = (0, 0, 0)
    for one in counts:
        if one is not None:
            total = _plus(total, one)
    return NpsFigures.of_groups(*total)
