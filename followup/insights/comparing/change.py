"""The change of an NPS, with its interval: plain arithmetic."""

import math
from dataclasses import dataclass

from followup.insights.estimates.shares import has_zero
from surveys.scoring import NpsFigures


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in points with its 95 % interval; `is_noise`: the interval has 0 in it."""

    change: float
    low: float
    high: float

    @property
    def is_noise(self) -> bool:
        return has_zero(self.low, self.high)


def nps_change(before: NpsFigures, now: NpsFigures) -> Change | None:
    """The difference of two independent NPS, `now` less `before`, in points; None where one has no answers.

    The interval is made of those of the two, which lie unevenly around their figures: the distance to the lower end is
    the root of the squares of (now - its low) and (before's high - before), and likewise the other way.
    Source: method 10 of Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17, 1998, as carried to any estimates by Zou and Donner, Statistics in Medicine 27, 2008.
    """
    if before.nps is None or before.nps_low is None or before.nps_high is None:
        return None
    if now.nps is None or now.nps_low is None or now.nps_high is None:
        return None
    change = now.nps - before.nps
    down = math.hypot(now.nps - now.nps_low, before.nps_high - before.nps)
    up = math.hypot(now.nps_high - now.nps, before.nps - before.nps_low)
    return Change(change, max(-200.0, change - down), min(200.0, change + up))
