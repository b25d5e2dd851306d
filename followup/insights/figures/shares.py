"""Shares and the difference of two of them, with 95 % intervals: plain arithmetic."""

import math
from dataclasses import dataclass

from surveys.scoring import Z_95


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`, as a part of 1, with its interval; the three figures are None for nothing of nothing."""

    n: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One share less another, in [-1, 1]; `is_noise`: the interval has 0 in it."""

    change: float
    low: float
    high: float

    @property
    def is_noise(self) -> bool:
        return self.low <= 0 <= self.high


def share(n: int, of: int) -> Share:
    """A share with its Wilson interval. Raises: ValueError for counts that are none.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927.
    """
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    if not of:
        return Share(n, of, None, None, None)
    part, z2 = n / of, Z_95 * Z_95
    centre = (n + z2 / 2) / (of + z2)
    margin = Z_95 / (of + z2) * math.sqrt(n * (of - n) / of + z2 / 4)
    return Share(n, of, part, max(0.0, min(centre - margin, part)), min(1.0, max(centre + margin, part)))


def difference(now: Share, before: Share) -> Difference | None:
    """`now` less `before`, of independent samples; None where one is of nobody.

    Source: method 10 of Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17, 1998.
    """
    if now.share is None or now.low is None or now.high is None:
        return None
    if before.share is None or before.low is None or before.high is None:
        return None
    change = now.share - before.share
    down = math.hypot(now.share - now.low, before.high - before.share)
    up = math.hypot(now.high - now.share, before.share - before.low)
    return Difference(change, max(-1.0, change - down), min(1.0, change + up))
