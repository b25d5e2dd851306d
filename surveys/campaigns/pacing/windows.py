"""The sending window of a campaign, in the zone of each recipient. Pure: no database and no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Open on these weekdays (Monday is 1) from `begins` to before `ends`, by the clock on the recipient's wall."""

    days: frozenset[int]
    begins: time
    ends: time


def is_open(window: Window | None, zone: ZoneInfo, at: datetime) -> bool:
    """Whether a mail may go out at `at`; None is always open."""
    return opening(window, zone, at) == at


def opening(window: Window | None, zone: ZoneInfo, at: datetime) -> datetime:
    """The first moment from `at` on at which the window is open: `at` itself, or when it opens next."""
    if window is None:
        return at
    return next(max(at, opens) for opens, closes in _from(window, zone, at) if at < closes)


def _from(window: Window, zone: ZoneInfo, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """(opens, closes) of each day on which it opens, beginning before `at`."""
    day = at.astimezone(zone).date() - _DAY
    while True:
        if day.isoweekday() in window.days:
            yield _of_day(window, zone, day)
        day += _DAY


def _of_day(window: Window, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """Where the clocks change, the window opens at the later and closes at the earlier of two moments, so that nobody
    is mailed outside it by the clock; one that lies in that hour alone closes at the later."""
    opens, closes = max(_moments(day, window.begins, zone)), min(_moments(day, window.ends, zone))
    return opens, closes if opens < closes else max(_moments(day, window.ends, zone))


def _moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """The moments at which a clock shows this time, or would: two where the clocks change, else one."""
    return [datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)]
