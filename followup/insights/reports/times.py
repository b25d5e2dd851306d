"""When a report is due and which days it is about: plain Python, in the zone of its reader."""

from datetime import date, datetime, time, timedelta, tzinfo

from followup.insights.figures.periods import Period
from followup.insights.weekly.times import monday_of, next_due

_DAY = timedelta(days=1)


def next_first(after: datetime, at: time, zone: tzinfo) -> datetime:
    """The next moment after `after` (aware) at which clocks in the zone show that time on the first of a month."""
    first = after.astimezone(zone).date().replace(day=1)
    due = datetime.combine(first, at, tzinfo=zone)
    return due if due > after else datetime.combine(_month_after(first), at, tzinfo=zone)


def next_time(after: datetime, weekday: int | None, at: time, zone: tzinfo) -> datetime:
    """When the next one is due: on a weekday, or where that is None on the first of a month."""
    return next_first(after, at, zone) if weekday is None else next_due(after, weekday, at, zone)


def week_before(day: date) -> Period:
    """The last days from Monday to Sunday that were over on `day`."""
    monday = monday_of(day)
    return Period(monday - 7 * _DAY, monday - _DAY)


def month_before(day: date) -> Period:
    """The last month of the calendar that was over on `day`."""
    last = day.replace(day=1) - _DAY
    return Period(last.replace(day=1), last)


def before_of(period: Period) -> Period:
    """What a period is compared with: a month with the month before it, a week with the week before it."""
    return month_before(period.first) if _is_month(period) else period.before


def _is_month(period: Period) -> bool:
    return period.first.day == 1 and period.last == _month_after(period.first) - _DAY


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
