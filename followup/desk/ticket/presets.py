"""Times that people choose most often: in two hours, this afternoon, tomorrow morning, and when the customer is in."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.clocks.business_time import Hours, NeverOpenError

_SOON = timedelta(hours=2)
_STEP = timedelta(minutes=5)  # a time in between is a multiple of it from now
_AFTERNOON, _MORNING = time(14), time(9)
_IN, _OUT = time(9), time(17)  # when people are at work, in their own zone
_FAR = 14  # days, the most to look ahead


def later_times(at: datetime, zone: ZoneInfo, hours: Hours, due: datetime | None = None) -> list[datetime]:
    """Up to four whole minutes after `at`, each within `hours` or moved to their next opening; in the zone.

    The afternoon is left out from noon on. Where all of them are later than a deadline to come, one half-way to it
    goes before them, so that whoever tries again can still be in time.
    """
    local = at.astimezone(zone)
    wanted = [local + _SOON]
    if local.hour < 12:
        wanted.append(datetime.combine(local.date(), _AFTERNOON, zone))
    wanted.append(datetime.combine(local.date() + timedelta(days=1), _MORNING, zone))
    try:
        opened = [hours.next_open(one).astimezone(zone).replace(second=0, microsecond=0) for one in wanted]
    except NeverOpenError:
        return []
    found = sorted({one for one in opened if one > at})
    if due is not None and all(one > due for one in found):
        between = (local + (due - at) / 2 // _STEP * _STEP).replace(second=0, microsecond=0)
        if at < between == hours.next_open(between):
            found.insert(0, between)
    return found


def when_they_are_in(at: datetime, theirs: ZoneInfo, hours: Hours) -> datetime | None:
    """The next time on a working day of the customer, in their zone, at which the team is in too.

    None when that is now, or not within two weeks.
    """
    today = at.astimezone(theirs).date()
    for days in range(_FAR):
        day = today + timedelta(days=days)
        begins, ends = datetime.combine(day, _IN, theirs), datetime.combine(day, _OUT, theirs)
        if day.weekday() >= 5 or ends <= at:
            continue
        try:
            both = hours.next_open(max(begins, at))
        except NeverOpenError:
            return None
        if both < ends:
            return both.astimezone(theirs) if both > at else None
    return None
