"""A share with its interval, and the difference of two shares with its own."""

import math
from dataclasses import dataclass

from surveys.scoring import Z_95


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`, with the 95 % interval of the share. The three figures are None where `of` is 0; each 0 to 1."""

    n: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def has_zero(low: float, high: float) -> bool:
    """Of the interval of a difference: whether 0 is in it, so that the difference may be none."""
    return low <= 0 <= high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, all in one unit; `n`: how many cases it rests on."""

    n: int
    value: float
    low: float
    high: float

    @property
    def is_noise(self) -> bool:
        """Of a difference: whether its interval has 0 in it."""
        return has_zero(self.low, self.high)


def wilson(n: int, of: int) -> Share:
    """A share with Wilson's score interval, which stays within 0 and 1 and is honest for few cases.

    Args: n cases out of `of`, 0 <= n <= of.
    Raises: ValueError for other counts.
    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927.
    """
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    if of == 0:
        return Share(0, 0, None, None, None)
    share, squared = n / of, Z_95**2
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    margin = Z_95 * math.sqrt(share * (1 - share) / of + squared / (4 * of**2)) / (1 + squared / of)
    return Share(n, of, share, max(0.0, min(middle - margin, share)), min(1.0, max(middle + margin, share)))


def difference(one: Share, other: Share) -> Estimate | None:
    """The share of one group less that of another, with Newcombe's interval of the two score intervals.

    Args: shares of two groups without a case in common.
    Returns: a difference in -1..1, resting on the cases of both; None where a group is empty.
    Source: Newcombe, "Interval Estimation for the Difference Between Independent Proportions: Comparison of Eleven
    Methods", Statistics in Medicine 17, 1998, method 10.
    """
    if one.share is None or one.low is None or one.high is None:
        return None
    if other.share is None or other.low is None or other.high is None:
        return None
    value = one.share - other.share
    below = math.hypot(one.share - one.low, other.high - other.share)
    above = math.hypot(one.high - one.share, other.share - other.low)
    return Estimate(one.of + other.of, value, max(-1.0, value - below), min(1.0, value + above))
