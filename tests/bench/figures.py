"""What was measured, against what was promised."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured ratio; `at_least` and `at_most` are its budget, if it has one, `detail` is what it is made of."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    detail: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it keeps its budget; a value that is no number keeps none, and without a budget nothing is missed."""
        if self.at_least is not None and not self.value >= self.at_least:
            return False
        return self.at_most is None or self.value <= self.at_most

    @property
    def budget(self) -> str:
        """In signs, such as `>= 1.2`; empty without one."""
        parts = [] if self.at_least is None else [f">= {self.at_least:g}"]
        return ", ".join(parts if self.at_most is None else [*parts, f"<= {self.at_most:g}"])

    @property
    def verdict(self) -> str:
        """One word."""
        return ("ok" if self.is_met else "MISSED") if self.budget else "shown"


def table(figures: Sequence[Figure]) -> str:
    """Lines for the terminal, one a figure: name, value, budget, verdict, detail."""
    head = ("figure", "value", "budget", "", "made of")
    rows = [head, *((f.name, f"{f.value:.3f}", f.budget, f.verdict, f.detail) for f in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {budget:<{widths[2]}}  {verdict:<{widths[3]}}  {detail}".rstrip()
        for name, value, budget, verdict, detail in rows
    )


def share_within(seconds: Sequence[float], limit: float) -> float:
    """The share of these times that is at most `limit`, in [0, 1]; 0 without any."""
    return sum(second <= limit for second in seconds) / len(seconds) if seconds else 0.0


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed. Raises: ValueError without any."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]
