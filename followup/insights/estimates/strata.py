"""Compare two groups within strata of alike cases, so that what differs between strata does not decide."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followup.insights.estimates.shares import Estimate
from surveys.scoring import Z_95


@dataclass(frozen=True, slots=True)
class Stratum:
    """Alike cases of two groups: `hits` of `of` in the one, `other_hits` of `other_of` in the other."""

    hits: int
    of: int
    other_hits: int
    other_of: int

    @property
    def total(self) -> int:
        return self.of + self.other_of


def _that_compare(strata: Iterable[Stratum]) -> Sequence[Stratum]:
    """Those with cases of both groups; the others say nothing about a difference. Raises: ValueError."""
    kept = [one for one in strata if one.of and one.other_of]
    if any(not (0 <= one.hits <= one.of and 0 <= one.other_hits <= one.other_of) for one in kept):
        raise ValueError("a stratum has more hits than cases")
    return kept


def pooled_difference(strata: Iterable[Stratum]) -> Estimate | None:
    """The share of hits in the one group less that in the other, compared within each stratum and pooled.

    Returns: a difference in -1..1 and the number of cases in strata that hold both groups; None without one.
    Raises: ValueError for a stratum with more hits than cases.
    Source: Mantel and Haenszel, JNCI 22, 1959, for differences by Greenland and Robins, Biometrics 41, 1985; variance
    of Sato, Biometrics 45, 1989, which holds for few large strata and for many small ones.
    """
    kept = _that_compare(strata)
    if not kept:
        return None
    weight = sum(s.of * s.other_of / s.total for s in kept)
    value = sum((s.hits * s.other_of - s.other_hits * s.of) / s.total for s in kept) / weight
    lean = sum(
        (s.of**2 * s.other_hits - s.other_of**2 * s.hits + s.of * s.other_of * (s.other_of - s.of) / 2) / s.total**2
        for s in kept
    )
    spread = sum((s.hits * (s.other_of - s.other_hits) + s.other_hits * (s.of - s.hits)) / (2 * s.total) for s in kept)
    margin = Z_95 * math.sqrt(max(0.0, value * lean + spread)) / weight
    cases = sum(s.total for s in kept)
    return Estimate(cases, value, max(-1.0, value - margin), min(1.0, value + margin))


def pooled_odds_ratio(strata: Iterable[Stratum]) -> Estimate | None:
    """The odds of a hit in the one group divided by those in the other, within strata and pooled.

    Returns: a ratio above 0; None where a group has only hits, or none, in every stratum.
    Raises: ValueError for a stratum with more hits than cases.
    Source: Mantel and Haenszel, JNCI 22, 1959; interval of Robins, Breslow and Greenland, Biometrics 42, 1986.
    """
    kept = _that_compare(strata)
    ups = [s.hits * (s.other_of - s.other_hits) / s.total for s in kept]
    downs = [s.other_hits * (s.of - s.hits) / s.total for s in kept]
    up, down = sum(ups), sum(downs)
    if not up or not down:
        return None
    alike = [(s.hits + s.other_of - s.other_hits) / s.total for s in kept]
    variance = sum(
        share * one / (2 * up**2)
        + (share * other + (1 - share) * one) / (2 * up * down)
        + (1 - share) * other / (2 * down**2)
        for share, one, other in zip(alike, ups, downs, strict=True)
    )
    margin = Z_95 * math.sqrt(variance)
    ratio = up / down
    return Estimate(sum(s.total for s in kept), ratio, ratio * math.exp(-margin), ratio * math.exp(margin))
