"""Scores and the Net Promoter Score: the one place of the bounds 0-6, 7-8, 9-10 and of the formulas."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

LOWEST, HIGHEST = 0, 10
HIGHEST_DETRACTOR = 6
HIGHEST_PASSIVE = 8
SCORES = range(LOWEST, HIGHEST + 1)

BANDS = ((0, 2), (3, 4), (5, 6), (7, 8), (9, 10))  # what the words to a customer follow: each lies within one group

DETRACTOR, PASSIVE, PROMOTER = "detractor", "passive", "promoter"
GROUPS = (DETRACTOR, PASSIVE, PROMOTER)

Z_95 = 1.959964  # two-sided 95 % of the normal distribution


def group_of(score: int) -> str:
    """The group of a score in 0-10. Raises: ValueError outside it."""
    if score not in SCORES:
        raise ValueError(f"score is {score}; allowed: 0 to 10")
    if score <= HIGHEST_DETRACTOR:
        return DETRACTOR
    return PASSIVE if score <= HIGHEST_PASSIVE else PROMOTER


def band_of(score: int) -> tuple[int, int]:
    """The lowest and the highest score of its band. Raises: ValueError outside 0-10."""
    for low, high in BANDS:
        if low <= score <= high:
            return low, high
    raise ValueError(f"score is {score}; allowed: 0 to 10")


def net_promoter_score(promoters: int, passives: int, detractors: int) -> float | None:
    """Net Promoter Score of one group of answers.

    Args: counts of answers scored 9-10, 7-8 and 0-6, each >= 0.
    Returns: percentage points in [-100.0, 100.0], unrounded; None without answers.
    Raises: ValueError for a negative count.
    Source: Reichheld, "The One Number You Need to Grow", HBR, December 2003.
    """
    if min(promoters, passives, detractors) < 0:
        raise ValueError("counts cannot be negative")
    total = promoters + passives + detractors
    return 100 * (promoters - detractors) / total if total else None


def nps_interval(promoters: int, passives: int, detractors: int) -> tuple[float, float] | None:
    """95 % interval of the NPS: adjusted Wald with n + 3, promoters + 3/4, detractors + 3/4.

    Returns: (low, high) in percentage points, clipped to [-100, 100], with the NPS in it; None without answers.
    Raises: ValueError for a negative count.
    Source: Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70:4, 2016.
    """
    score = net_promoter_score(promoters, passives, detractors)
    if score is None:
        return None
    n = promoters + passives + detractors + 3
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    margin = 100 * Z_95 * math.sqrt((p + d - (p - d) ** 2) / n)
    centre = 100 * (p - d)
    return max(-100.0, min(centre - margin, score)), min(100.0, max(centre + margin, score))


@dataclass(frozen=True, slots=True)
class NpsFigures:
    """Counts per group with their NPS and its 95 % interval; the three figures are None without answers."""

    promoters: int
    passives: int
    detractors: int
    nps: float | None
    nps_low: float | None
    nps_high: float | None

    @property
    def responses(self) -> int:
        return self.promoters + self.passives + self.detractors

    @classmethod
    def from_counts(cls, by_score: Mapping[int, int]) -> "NpsFigures":
        """From the number of answers of each score; scores that are missing count 0."""
        count = dict.fromkeys(GROUPS, 0)
        for score, number in by_score.items():
            count[group_of(score)] += number
        return cls.of_groups(count[PROMOTER], count[PASSIVE], count[DETRACTOR])

    def plus(self, by_score: Mapping[int, int]) -> "NpsFigures":
        """These and so many more answers of each score."""
        more = NpsFigures.from_counts(by_score)
        return NpsFigures.of_groups(
            self.promoters + more.promoters, self.passives + more.passives, self.detractors + more.detractors
        )

    @classmethod
    def of_groups(cls, promoters: int, passives: int, detractors: int) -> "NpsFigures":
        """From the number of answers of each group, each >= 0."""
        groups = promoters, passives, detractors
        low, high = nps_interval(*groups) or (None, None)
        return cls(*groups, nps=net_promoter_score(*groups), nps_low=low, nps_high=high)
