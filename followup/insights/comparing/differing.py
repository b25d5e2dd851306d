"""Which groups differ from the rest, with care for how many were looked at: plain arithmetic."""

import math
from collections.abc import Mapping, Sequence

from surveys.scoring import NpsFigures


def p_of_difference(one: NpsFigures, other: NpsFigures) -> float:
    """The two-sided p-value that two independent NPS are the same, by the normal distribution; 1 without answers.

    The variance is that of the interval: of the counts with 3/4 promoters, 3/4 detractors and 3/2 passives added.
    """
    if not one.responses or not other.responses:
        return 1.0
    (first, spread), (second, other_spread) = _adjusted(one), _adjusted(other)
    return math.erfc(abs(first - second) / math.sqrt(spread + other_spread) / math.sqrt(2))


def _adjusted(figures: NpsFigures) -> tuple[float, float]:
    """(rate in [-1, 1], its variance)."""
    n = figures.responses + 3
    promoters, detractors = (figures.promoters + 0.75) / n, (figures.detractors + 0.75) / n
    rate = promoters - detractors
    return rate, (promoters + detractors - rate**2) / n


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values with care for how many there are, each in its own place: at 0.05, of groups that do not differ one
    is called different in at most one of twenty such tables.

    Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.
    """
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda index: p_values[index])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def differing(groups: Mapping[str, NpsFigures], *, level: float = 0.05) -> set[str]:
    """The names of the groups that differ from all the others together, by `holm` at this level."""
    names = [name for name, figures in groups.items() if figures.responses]
    if len(names) < 2:
        return set()
    whole = [groups[name] for name in names]
    p_values = [p_of_difference(one, _all_but(one, whole)) for one in whole]
    return {name for name, p_value in zip(names, holm(p_values), strict=True) if p_value < level}


def _all_but(one: NpsFigures, groups: Sequence[NpsFigures]) -> NpsFigures:
    """The figures of all groups together, less one of them."""
    return NpsFigures.of_groups(
        sum(group.promoters for group in groups) - one.promoters,
        sum(group.passives for group in groups) - one.passives,
        sum(group.detractors for group in groups) - one.detractors,
    )
