"""Believable times: customers answer in the evening and at the weekend, colleagues work in office hours."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from math import exp
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
# How readily people answer, by the hour of the day and by the day of the week (Monday first).
_BY_HOUR = (0.2, 0.1, 0.04, 0.03, 0.05, 0.1, 0.5, 1.0, 1.2, 1.1, 1.1, 1.2,
            1.6, 1.3, 1.0, 1.0, 1.3, 1.7, 2.2, 3.2, 3.9, 3.6, 2.2, 0.8)  # fmt: skip
_BY_DAY = (1.0, 0.95, 0.95, 0.9, 0.85, 1.2, 1.5)
_WEEKEND_DAYTIME = range(9, 18)
# When somebody is at work, by the day of the week: (from, until) in hours.
_OFFICE = ((8.5, 18.0),) * 5 + ((10.0, 16.0),) * 2


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in hours before now, `start_h` > `end_h`; `fade_h`: how fast answers to a mailing ebb."""

    start_h: float
    end_h: float
    fade_h: float | None = None


class Clock:
    """Times counted back from `now` (aware), by the clocks and weekdays of a zone."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now, self.zone = now, zone
        self._shares: dict[Window, list[float]] = {}

    def moment(self, window: Window, share: float) -> datetime:
        """The time in a window before which `share` (0 to 1) of its answers came; grows with the share."""
        shares = self._shares.get(window)
        if shares is None:
            shares = self._shares[window] = self._cumulated(window)
        wanted = share * shares[-1]
        hour = min(bisect_left(shares, wanted), len(shares) - 1)
        before = shares[hour - 1] if hour else 0.0
        within = (wanted - before) / (shares[hour] - before)
        start = self.now - timedelta(hours=window.start_h)
        return min(start + (hour + within) * _HOUR, self.now - timedelta(hours=window.end_h))

    def _cumulated(self, window: Window) -> list[float]:
        start = self.now - timedelta(hours=window.start_h)
        weights = []
        for hour in range(max(1, round(window.start_h - window.end_h))):
            here = (start + hour * _HOUR).astimezone(self.zone)
            weight = _BY_HOUR[here.hour] * _BY_DAY[here.weekday()]
            if here.weekday() >= 5 and here.hour in _WEEKEND_DAYTIME:
                weight *= 1.6
            weights.append(weight * (exp(-hour / window.fade_h) if window.fade_h else 1))
        return list(accumulate(weights))

    def at_work(self, at: datetime) -> datetime:
        """The time itself when it is in office hours, else the next beginning of office hours."""
        here = at.astimezone(self.zone)
        opens, closes = (self._hour(here, hours) for hours in _OFFICE[here.weekday()])
        if here < opens:
            return opens
        if here < closes:
            return at
        morning = here + timedelta(days=1)
        return self._hour(morning, _OFFICE[morning.weekday()][0])

    def _hour(self, day: datetime, hour: float) -> datetime:
        return day.replace(hour=int(hour), minute=round(hour % 1 * 60), second=0, microsecond=0)

    def worked(self, start: datetime, end: datetime, share: float) -> datetime:
        """The time at which `share` of the office hours between two times is over; `end` where there are none."""
        spans, at = [], self.at_work(start)
        while at < end:
            here = at.astimezone(self.zone)
            until = min(self._hour(here, _OFFICE[here.weekday()][1]), end)
            spans.append((at, until))
            at = self.at_work(until + timedelta(seconds=1))
        left = share * sum((until - begin).total_seconds() for begin, until in spans)
        for begin, until in spans:
            length = (until - begin).total_seconds()
            if left <= length:
                return begin + timedelta(seconds=left)
            left -= length
        return end
