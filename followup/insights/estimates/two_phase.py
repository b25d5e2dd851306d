"""The NPS of all customers who were asked, when some of those who did not answer were drawn and asked by phone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from followup.insights.estimates.shares import Estimate
from surveys.scoring import Z_95, net_promoter_score

Groups = Sequence[int]  # how many promoters, passives and detractors


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the estimate would be if all who were drawn and not reached were detractors, or promoters; points."""

    low: float
    high: float


def two_phase(answered: Groups, silent: int, called: Groups) -> Estimate | None:
    """The NPS of all who were asked: those who answered stand for themselves, those called for all the silent ones.

    Args: the groups of those who `answered`; how many were `silent`; the groups of the silent ones who were `called`
    and said a score, at most `silent`.
    Returns: points, within -100..100, with `n`: on how many scores it rests. None where nobody answered twice or more
    in one of the two groups, but for an empty one: without a variance there is no interval.
    Raises: ValueError for a negative count, or more called than silent.

    With n asked, of whom n₁ answered and n₂ were silent, m of these called, y the means and s² the variances (each
    score 100, 0 or -100, divisor less 1): the estimate is (n₁ y₁ + n₂ y₂) / n, and its variance, the asked being a
    sample of many customers like them, (n₁-1)/(n-1) s₁²/n + (n₂-1)/(n-1) (n₂/n) s₂²/m
    + (n₁/n (y₁-y)² + n₂/n (y₂-y)²) / (n-1).
    Source: Hansen and Hurwitz, "The Problem of Non-Response in Sample Surveys", JASA 41, 1946; the estimate of the
    variance by Rao, "On Double Sampling for Stratification and Analytical Surveys", Biometrika 60, 1973, as in Lohr,
    "Sampling: Design and Analysis", 2nd edition, section 8.3.
    """
    first, second = sum(answered), sum(called)
    if min(*answered, *called, silent) < 0 or second > silent:
        raise ValueError(f"{second} called of {silent} silent; counts cannot be negative")
    parts = [(n, m, groups) for n, m, groups in ((first, first, answered), (silent, second, called)) if n]
    n = first + silent
    if n < 2 or any(m < 2 for _n, m, _groups in parts):
        return None
    means = [_mean(groups) for _n, _m, groups in parts]
    value = math.fsum(size / n * mean for (size, _m, _groups), mean in zip(parts, means, strict=True))
    variance = math.fsum(
        (size - 1) / (n - 1) * size / n * _variance(groups) / m + size / n * (mean - value) ** 2 / (n - 1)
        for (size, m, groups), mean in zip(parts, means, strict=True)
    )
    margin = Z_95 * math.sqrt(variance)
    return Estimate(first + second, value, max(-100.0, value - margin), min(100.0, value + margin))


def bounds(answered: Groups, silent: int, called: Groups, not_reached: int) -> Bounds | None:
    """The estimate if all who were drawn and `not_reached` were detractors, and if all were promoters.

    None where nobody was called. Raises: ValueError for a negative count.
    """
    if min(*answered, *called, silent, not_reached) < 0:
        raise ValueError("counts cannot be negative")
    first, tried = sum(answered), sum(called) + not_reached
    if not tried:
        return None
    known = 100.0 * (answered[0] - answered[2])
    of_called = called[0] - called[2]
    low, high = (known + silent * 100.0 * (of_called + sign * not_reached) / tried for sign in (-1, 1))
    return Bounds(low / (first + silent), high / (first + silent))


def _mean(groups: Groups) -> float:
    return net_promoter_score(*groups) or 0.0


def _variance(groups: Groups) -> float:
    n = sum(groups)
    return (100.0**2 * (groups[0] + groups[2]) - n * _mean(groups) ** 2) / (n - 1)
