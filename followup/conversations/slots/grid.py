"""The times for calls that a team's hours allow: plain Python, no Django, the time passed in."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from followup.clocks.business_time import Hours, ServiceHours

LENGTH = timedelta(minutes=30)
LEAD = timedelta(hours=1)  # nobody is called sooner than this after booking
AHEAD = timedelta(days=8)
SHOWN_DAYS, SHOWN_A_DAY = 5, 4
_OFFICE = ((9 * 60, 17 * 60),)


def hours_to_call(hours: Hours, zone: ZoneInfo) -> ServiceHours:
    """The hours in which a team calls: its own; of one that is always in service Monday to Friday, 9 to 17."""
    if isinstance(hours, ServiceHours):
        return hours
    return ServiceHours(zone=zone, week=(*[_OFFICE] * 5, (), ()))


def starts(hours: ServiceHours, at: datetime, until: datetime | None = None) -> Iterator[datetime]:
    """When calls may begin from `at` on, on the half hours of the wall clock, in order. `until`: each ends by then."""
    first, last = at + LEAD, min(at + AHEAD, until or at + AHEAD)
    day = at.astimezone(hours.zone).date()
    while day <= last.astimezone(hours.zone).date():
        for opens, closes in hours.stretches_of(day):
            begins = _on_the_half_hour(opens, hours.zone)
            while begins + LENGTH <= min(closes, last):
                if begins >= first:
                    yield begins
                begins += LENGTH
        day += timedelta(days=1)


def _on_the_half_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """`at`, or the next half hour that the clock on the wall there shows; in UTC."""
    local = at.astimezone(zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    return (at + LENGTH - past if past else at).astimezone(UTC)


def to_choose_from(free: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    """Some of the free times, spread over each of the first days in the reader's zone."""
    days: dict[object, list[datetime]] = {}
    for begins in free:
        days.setdefault(begins.astimezone(zone).date(), []).append(begins)
    return [begins for day in list(days.values())[:SHOWN_DAYS] for begins in _spread(day)]


def _spread(day: Sequence[datetime]) -> list[datetime]:
    if len(day) <= SHOWN_A_DAY:
        return list(day)
    step = (len(day) - 1) / (SHOWN_A_DAY - 1)
    return [day[round(number * step)] for number in range(SHOWN_A_DAY)]
