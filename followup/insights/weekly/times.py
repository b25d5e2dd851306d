"""When a weekly mail is due: plain Python, in the zone of its reader."""

from datetime import date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


def next_due(after: datetime, weekday: int, at: time, zone: tzinfo) -> datetime:
    """The next moment after `after` (aware) at which clocks in the zone show that time on that weekday (0: Monday).

    A time that a change of the clocks leaves out is taken as of before the change; of one that comes twice the first.
    """
    today = after.astimezone(zone).date()
    day = today + ((weekday - today.weekday()) % 7) * _DAY
    due = datetime.combine(day, at, tzinfo=zone)
    return due if due > after else datetime.combine(day + 7 * _DAY, at, tzinfo=zone)


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - day.weekday() * _DAY
