"""Arithmetic of service hours: plain Python, no Django, no clock of its own; times are aware, in and out in UTC.

Intervals are in the hours that a clock on the wall shows; the seconds between them are those that really pass. So a
night in which the clock changes is an hour shorter or longer, and 24 hours are 24 hours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[int, int]  # minutes of the day, from and to; 1440 is the midnight that ends it
Stretch = tuple[datetime, datetime]
NIGHT, BREAK, WEEKEND, HOLIDAY, OWN_DAY = "night", "break", "weekend", "holiday", "own_day"
LONGEST_CLOSED = timedelta(days=400)


class NeverOpenError(ValueError):
    """A calendar has no open minute for longer than LONGEST_CLOSED."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed time of one kind: its length in seconds, and the name of a holiday or of an own day."""

    kind: str
    seconds: int
    name: str = ""


class Hours:
    """Hours that never close: 24 of them are a day and a night. ServiceHours are those of a calendar."""

    def add(self, start: datetime, seconds: float) -> datetime:
        """The first moment at which so many open seconds have passed since `start`. Raises: NeverOpenError."""
        return start.astimezone(UTC) + timedelta(seconds=seconds)

    def between(self, start: datetime, end: datetime) -> float:
        """Open seconds from `start` to `end`; 0 when `end` is earlier."""
        return max((end - start).total_seconds(), 0.0)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is in service; the first moment of an interval is, its end is not."""
        return at is not None

    def next_open(self, at: datetime) -> datetime:
        """`at`, or the next opening after it. Raises: NeverOpenError."""
        return at.astimezone(UTC)

    def closed(self, start: datetime, end: datetime) -> list[Closed]:
        """The closed time from `start` to `end`, one entry for each kind and name, in the order it comes."""
        return [] if start < end else []


ALWAYS = Hours()


@dataclass(frozen=True)
class ServiceHours(Hours):
    """Intervals of each weekday, Monday first, in a time zone.

    It is closed on holidays. An own day replaces the hours of its weekday, also on a holiday.
    """

    zone: ZoneInfo
    week: Sequence[Sequence[Interval]]
    own_days: Mapping[date, tuple[str, Sequence[Interval]]] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)

    def intervals(self, day: date) -> Sequence[Interval]:
        """The open intervals of one day, in minutes."""
        if day in self.own_days:
            return self.own_days[day][1]
        return () if day in self.holidays else self.week[day.weekday()]

    def add(self, start: datetime, seconds: float) -> datetime:
        start, left = start.astimezone(UTC), timedelta(seconds=seconds)
        if not left:
            return start
        for begin, end in self._open_from(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("open time does not end")

    def between(self, start: datetime, end: datetime) -> float:
        total = timedelta()
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        for day in self._days(start, end):
            for opens, closes in self.stretches_of(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
        return total.total_seconds()

    def is_open(self, at: datetime) -> bool:
        at = at.astimezone(UTC)
        return any(opens <= at < closes for day in self._days(at, at) for opens, closes in self.stretches_of(day))

    def next_open(self, at: datetime) -> datetime:
        return next(self._open_from(at.astimezone(UTC)))[0]

    def closed(self, start: datetime, end: datetime) -> list[Closed]:
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        found: dict[tuple[str, str], timedelta] = {}
        for day in self._days(start, end):
            for kind, name, (shuts, opens) in self._closed_on(day):
                length = min(opens, end) - max(shuts, start)
                if length > timedelta():
                    found[kind, name] = found.get((kind, name), timedelta()) + length
        return [Closed(kind, round(length.total_seconds()), name) for (kind, name), length in found.items()]

    def _days(self, start: datetime, end: datetime) -> Iterator[date]:
        """The days that a time touches, and the one before: a clock that is put forward at midnight moves an end."""
        day, last = start.astimezone(self.zone).date() - timedelta(days=1), end.astimezone(self.zone).date()
        while day <= last:
            yield day
            day += timedelta(days=1)

    def _moment(self, day: date, minute: int) -> datetime:
        days, minute = divmod(minute, 1440)
        local = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=self.zone)
        at = local.astimezone(UTC)
        return at if at.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None) else self._skip(local)

    def _skip(self, local: datetime) -> datetime:
        """A time that the clock leaves out when it is put forward: the moment at which that is done."""
        at, after = local.replace(fold=1).astimezone(UTC), local.utcoffset()
        while at.astimezone(self.zone).utcoffset() == after:  # `local` is told by the offset that ends there
            at += timedelta(minutes=1)
        return at

    def stretches_of(self, day: date) -> Iterator[Stretch]:
        """The open stretches of a day, apart: of times that a changed clock leaves out, what is left of them."""
        before = self._moment(day, 0)
        for begin, end in self.intervals(day):
            opens, closes = max(self._moment(day, begin), before), self._moment(day, end)
            if opens < closes:
                yield opens, closes
                before = closes

    def _open_from(self, start: datetime) -> Iterator[Stretch]:
        """What is open from `start` on, without end. Raises: NeverOpenError."""
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        last_open = day
        while day - last_open <= LONGEST_CLOSED:
            for opens, closes in self.stretches_of(day):
                if closes > start:
                    last_open = day
                    yield max(opens, start), closes
            day += timedelta(days=1)
        raise NeverOpenError(f"no open hour from {last_open} to {day}")

    def _closed_on(self, day: date) -> Iterator[tuple[str, str, Stretch]]:
        """The closed stretches of a day, each with why."""
        begins, ends = self._moment(day, 0), self._moment(day, 1440)
        at = begins
        for opens, closes in [*self.stretches_of(day), (ends, ends)]:
            if at < opens:
                yield *self._why(day, is_inside=begins < at and opens < ends), (at, opens)
            at = max(at, closes)

    def _why(self, day: date, *, is_inside: bool) -> tuple[str, str]:
        if day in self.own_days:
            return OWN_DAY, self.own_days[day][0]
        if day in self.holidays:
            return HOLIDAY, self.holidays[day]
        if not self.week[day.weekday()]:
            return WEEKEND, ""
        return (BREAK if is_inside else NIGHT), ""
