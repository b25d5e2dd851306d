"""The same customers before and after: how much their scores changed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.scoring import Z_95


@dataclass(frozen=True, slots=True)
class Pairs:
    """Means of scores before and after, and of the change with its 95 % interval, in points; None without pairs, the
    interval also with one. `spread`: the variance of the changes, None with fewer than two."""

    n: int
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None
    spread: float | None


def changes(counts: Mapping[tuple[int, int], int]) -> Pairs:
    """The change in pairs, from the number of customers with each (score before, score after).

    The interval is that of Student's t for paired values. Raises: ValueError for a negative count.
    Source: Student, "The Probable Error of a Mean", Biometrika 6, 1908.
    """
    if any(number < 0 for number in counts.values()):
        raise ValueError("counts cannot be negative")
    n = sum(counts.values())
    if n == 0:
        return Pairs(0, None, None, None, None, None, None)
    before = sum(pair[0] * number for pair, number in counts.items()) / n
    after = sum(pair[1] * number for pair, number in counts.items()) / n
    change = after - before
    if n == 1:
        return Pairs(1, before, after, change, None, None, None)
    spread = sum((pair[1] - pair[0] - change) ** 2 * number for pair, number in counts.items()) / (n - 1)
    margin = t_95(n - 1) * math.sqrt(spread / n)
    return Pairs(n, before, after, change, change - margin, change + margin, spread)


def t_95(freedom: int) -> float:
    """Two-sided 95 % of Student's t with so many degrees of freedom, at least 1; right to 0.005 from 3 on.

    Raises: ValueError below 1.
    Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.7.5; the first two as tabulated.
    """
    if freedom < 1:
        raise ValueError(f"{freedom} degrees of freedom")
    if freedom < 3:
        return (12.7062, 4.3027)[freedom - 1]
    z = Z_95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / float(freedom) ** power for power, term in enumerate(terms, start=1))
