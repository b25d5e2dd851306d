"""Figures over a hundred thousand and a million answers: from tallies as fast, with a trait as long as it takes."""

import json
import time

from tests.bench.figures import Figure
from tests.bench.stage import Stage

SMALL, MANY = 100_000, 1_000_000
TIMES_AT_MOST = 1.1


def measure(stage: Stage, large: int | None = None) -> list[Figure]:
    """One figure for each look at the numbers, and as many again for `large` against a million."""
    sizes = [SMALL, MANY, *([large] if large else [])]
    told = [_times(stage, size) for size in sizes]
    figures = []
    for (fewer, before), (more, after) in zip(
        zip(sizes, told, strict=True), list(zip(sizes, told, strict=True))[1:], strict=False
    ):
        for name, took in after.items():
            budget = None if "trait" in name else TIMES_AT_MOST
            figures.append(Figure(f"{name} at {more:,} / {fewer:,} answers", took / before[name], at_most=budget,
                                  detail=f"median {took:.1f} / {before[name]:.1f} ms"))  # fmt: skip
    return figures


def _times(stage: Stage, answers: int) -> dict[str, float]:
    began = time.monotonic()
    database = f"numbers{answers}"
    counted = stage.fill(database, "tests.bench.counting", answers)
    print(f"  {answers:,} answers made and counted in {time.monotonic() - began:.0f} s", flush=True)
    stage.query(f"DROP DATABASE {database} WITH (FORCE)")
    told: dict[str, float] = json.loads(counted)
    return told
