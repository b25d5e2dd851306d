"""Times that people choose most often: in two hours, this afternoon, tomorrow morning."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.clocks.business_time import Hours, NeverOpenError

_SOON = timedelta(hours=2)
_AFTERNOON, _MORNING = time(14), time(9)


def later_times(at: datetime, zone: ZoneInfo, hours: Hours) -> list[datetime]:
    """Up to three whole minutes after `at`, each within `hours` or moved to their next opening; in the zone.

    The afternoon is left out from noon on.
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
    return sorted({one for one in opened if one > at})
