"""Figures over a hundred thousand and a million answers: from tallies as fast, by other traits as long as it takes."""

import json
import time
from itertools import pairwise

from tests.bench.figures import Figure
from tests.bench.stage import Stage

SMALL, MANY = 100_000, 1_000_000
TIMES_AT_MOST = 1.1


def measure(stage: Stage, large: int | None = None) -> list[Figure]:
    """One figure for each look at the numbers, and as many again for `large` against a million; then those by a marked
    trait beside plain SQL."""
    sizes = [SMALL, MANY, *([large] if large else [])]
    told = [(size, _times(stage, size)) for size in sizes]
    figures = [
        Figure(f"{name} at {more:,} / {fewer:,} answers", took / before[name], at_most=_budget(name, fewer),
               detail=f"median {took:.1f} / {before[name]:.1f} ms")
        for (fewer, before), (more, after) in pairwise(told)
        for name, took in after.items()
    ]  # fmt: skip
    for size, times in told[1:]:
        for period in ("30 days", "all time"):
            ours = times[f"NPS by a marked trait, {period}"]
            for other in ("from a rollup", "by a scan"):
                theirs = times[f"the same {other}, {period}"]
                figures.append(Figure(f"NPS by a marked trait / {other}, {period}, {size:,} answers", ours / theirs,
                                      detail=f"median {ours:.1f} / {theirs:.1f} ms"))  # fmt: skip
    return figures


def _budget(name: str, fewer: int) -> float | None:
    """Of figures from tallies; those by trait are all there only with a million answers in three years. What is counted
    by day has none: the answers of today are read, and they are more."""
    if "by language" in name or "two marked" in name:
        return None
    if "marked trait" in name:
        return TIMES_AT_MOST if fewer >= MANY else None
    return None if "trait" in name or "the same" in name else TIMES_AT_MOST


def _times(stage: Stage, answers: int) -> dict[str, float]:
    began = time.monotonic()
    database = f"numbers{answers}"
    counted = stage.fill(database, "tests.bench.counting", answers)
    print(f"  {answers:,} answers made and counted in {time.monotonic() - began:.0f} s", flush=True)
    stage.query(f"DROP DATABASE {database} WITH (FORCE)")
    told: dict[str, float] = json.loads(counted)
    return told
