"""The change of an NPS taken apart: another mix of who answered, and change inside the groups. Plain arithmetic.

Source: Kitagawa, "Components of a Difference Between Two Rates", Journal of the American Statistical Association 50,
1955; the standard errors by the delta method over the counts of each period as one multinomial sample.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from followup.insights.comparing.change import Change
from surveys.scoring import Z_95, NpsFigures

_VALUES = (1.0, 0.0, -1.0)  # of a promoter, a passive and a detractor


@dataclass(frozen=True, slots=True)
class Parts:
    """What a change is made of, in points: `mix` and `inside` sum to `whole` exactly, up to rounding of the machine."""

    whole: float
    mix: Change
    inside: Change


@dataclass(frozen=True, slots=True)
class _Group:
    """A group in one period: the counts of promoters, passives and detractors, its share, its rate in [-1, 1]."""

    counts: tuple[int, int, int]
    share: float
    rate: float


def taken_apart(before: Mapping[str, NpsFigures], now: Mapping[str, NpsFigures]) -> Parts | None:
    """The change between two periods by groups, which together are all answers; None where a period has none.

    Args: the figures of each group by its name; one that is missing in a period had no answers in it. Of such a group
    the rate of the other period is taken for both, so that its coming or going counts as mix.
    """
    n_before, n_now = _total(before), _total(now)
    if not n_before or not n_now:
        return None
    mix = inside = 0.0
    slopes_before: list[tuple[int, float, float]] = []  # count, slope of mix, slope of inside, of each cell
    slopes_now: list[tuple[int, float, float]] = []
    for name in {*before, *now}:
        old, new = _both(before.get(name), n_before, now.get(name), n_now)
        shares, rates = new.share - old.share, new.rate - old.rate
        mean_share, mean_rate = (new.share + old.share) / 2, (new.rate + old.rate) / 2
        mix += shares * mean_rate
        inside += rates * mean_share
        for count, value in zip(old.counts, _VALUES, strict=True):
            towards = (value - old.rate) / old.share if old.share else 0.0  # how the rate follows the cell
            slopes_before.append((count, -mean_rate + shares * towards / 2, -towards * mean_share + rates / 2))
        for count, value in zip(new.counts, _VALUES, strict=True):
            towards = (value - new.rate) / new.share if new.share else 0.0
            slopes_now.append((count, mean_rate + shares * towards / 2, towards * mean_share + rates / 2))
    margins = []
    for which in (1, 2):
        variance = _variance(slopes_before, which, n_before) + _variance(slopes_now, which, n_now)
        margins.append(Z_95 * math.sqrt(variance))
    return Parts(whole=100 * (mix + inside), mix=_change(mix, margins[0]), inside=_change(inside, margins[1]))


def _change(value: float, margin: float) -> Change:
    return Change(100 * value, 100 * (value - margin), 100 * (value + margin))


def _variance(slopes: list[tuple[int, float, float]], which: int, n: int) -> float:
    """Of a smooth function of the shares of a multinomial sample of n: (E[slope^2] - E[slope]^2) / n."""
    mean = sum(cell[0] * cell[which] for cell in slopes) / n
    squares = sum(cell[0] * cell[which] ** 2 for cell in slopes) / n
    return max(0.0, squares - mean**2) / n


def _total(groups: Mapping[str, NpsFigures]) -> int:
    return sum(figures.responses for figures in groups.values())


def _both(before: NpsFigures | None, n_before: int, now: NpsFigures | None, n_now: int) -> tuple[_Group, _Group]:
    old, new = _counts(before), _counts(now)
    rate_old, rate_new = _rate(old), _rate(new)
    known_old = rate_old if rate_old is not None else rate_new
    known_new = rate_new if rate_new is not None else rate_old
    return (
        _Group(old, sum(old) / n_before, known_old or 0.0),
        _Group(new, sum(new) / n_now, known_new or 0.0),
    )


def _counts(figures: NpsFigures | None) -> tuple[int, int, int]:
    return (figures.promoters, figures.passives, figures.detractors) if figures else (0, 0, 0)


def _rate(counts: tuple[int, int, int]) -> float | None:
    return (counts[0] - counts[2]) / sum(counts) if sum(counts) else None
