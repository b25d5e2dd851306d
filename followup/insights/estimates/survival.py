"""Who is still there after so many days, when not everybody could be watched for as long."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followup.insights.estimates.shares import wilson
from surveys.scoring import Z_95


@dataclass(frozen=True, slots=True)
class Watched:
    """`n` cases that were watched for so many whole days; `left`: that they left then, else they were last seen so."""

    days: int
    left: bool
    n: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which some left. `share`, 0 to 1, is of those still there after it, with its 95 % interval."""

    day: int
    at_risk: int
    left: int
    share: float
    low: float
    high: float


def kaplan_meier(watched: Iterable[Watched]) -> Sequence[Step]:
    """The share that is still there, as steps by day; before the first step it is 1.

    A case that was watched for five days counts for five days and then no more: it is no loss. On a day on which some
    left and others were last seen, those last seen count as there. The interval is Greenwood's, on the scale
    log(-log), which keeps it within 0 and 1; where nobody is left it is (0, 0).
    Raises: ValueError for negative days or counts.
    Source: Kaplan and Meier, JASA 53, 1958; Greenwood, 1926; Kalbfleisch and Prentice, "The Statistical Analysis of
    Failure Time Data", 1980, section 1.3.
    """
    left: dict[int, int] = {}
    seen: dict[int, int] = {}
    for one in watched:
        if one.days < 0 or one.n < 0:
            raise ValueError(f"{one.n} cases in {one.days} days")
        seen[one.days] = seen.get(one.days, 0) + one.n
        left[one.days] = left.get(one.days, 0) + (one.n if one.left else 0)
    at_risk, share, greenwood, steps = sum(seen.values()), 1.0, 0.0, []
    for day in sorted(seen):
        if left[day]:
            share *= 1 - left[day] / at_risk
            if share:
                greenwood += left[day] / (at_risk * (at_risk - left[day]))
            steps.append(Step(day, at_risk, left[day], share, *_interval(share, greenwood)))
        at_risk -= seen[day]
    return steps


def greenwood_error(steps: Sequence[Step]) -> float:
    """The standard error of the last share, by Greenwood's formula; 0 for 1 and for 0."""
    if not steps or not steps[-1].share:
        return 0.0
    return steps[-1].share * math.sqrt(sum(s.left / (s.at_risk * (s.at_risk - s.left)) for s in steps))


def _interval(share: float, greenwood: float) -> tuple[float, float]:
    if not share:
        return 0.0, 0.0
    margin = Z_95 * math.sqrt(greenwood) / math.log(share)
    return share ** math.exp(-margin), share ** math.exp(margin)


@dataclass(frozen=True, slots=True)
class Retained:
    """Who is still there after `day` days: `n` were watched so long and stayed, `of` were watched at all."""

    day: int
    n: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def retained(watched: Sequence[Watched], day: int) -> Retained:
    """The share that is still there after `day` days; None where nobody was watched so long and none left.

    Nobody having left, the interval is Wilson's for those who were watched to the end.
    """
    of = sum(one.n for one in watched)
    stayed = sum(one.n for one in watched if one.days > day or (one.days == day and not one.left))
    steps = [step for step in kaplan_meier(watched) if step.day <= day]
    if not steps and not stayed:
        return Retained(day, 0, of, None, None, None)
    if not steps:
        whole = wilson(stayed, stayed)
        return Retained(day, stayed, of, whole.share, whole.low, whole.high)
    last = steps[-1]
    return Retained(day, stayed, of, last.share, last.low, last.high)
