"""An NPS weighted to the shares of the customer base, when those who answer are not as all customers are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from followup.insights.estimates.shares import Estimate
from surveys.scoring import Z_95, net_promoter_score


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of customers: how many there are in the base, and how many of its answers are in each group."""

    base: int
    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors


def post_stratified(cells: Sequence[Cell]) -> Estimate | None:
    """The NPS of the customer base, each cell weighing as much as it has customers.

    With W the share of a cell in the base, y its NPS and s² the variance of its answers (each 100, 0 or -100, divisor
    n - 1): the sum of W y, and the interval by the variance sum of W² s² / n, given how many answered in each cell.
    Args: cells with customers, each with at least two answers. Returns: points, within -100..100; None without cells.
    Raises: ValueError for a cell with fewer answers, or none of whose customers is in the base.
    Source: Holt and Smith, "Post Stratification", Journal of the Royal Statistical Society A 142, 1979; Lohr,
    "Sampling: Design and Analysis", 2nd edition, section 4.4.
    """
    if not cells:
        return None
    if any(cell.n < 2 or cell.base < 1 for cell in cells):
        raise ValueError("a cell has fewer than two answers, or no customers")
    whole = sum(cell.base for cell in cells)
    value = math.fsum(cell.base / whole * _mean(cell) for cell in cells)
    margin = Z_95 * math.sqrt(math.fsum((cell.base / whole) ** 2 * _variance(cell) / cell.n for cell in cells))
    return Estimate(sum(cell.n for cell in cells), value, max(-100.0, value - margin), min(100.0, value + margin))


def _mean(cell: Cell) -> float:
    return net_promoter_score(cell.promoters, cell.passives, cell.detractors) or 0.0


def _variance(cell: Cell) -> float:
    return (100.0**2 * (cell.promoters + cell.detractors) - cell.n * _mean(cell) ** 2) / (cell.n - 1)
