"""Kaplan and Meier's estimate, against R's published example and scipy."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from followup.insights.estimates.survival import Watched, greenwood_error, kaplan_meier, retained

# R's aml: weeks of remission with maintained chemotherapy; the others were last seen so.
AML = ((9, True), (13, True), (13, False), (18, True), (23, True), (28, False), (31, True), (34, True), (45, False),
       (48, True), (161, False))  # fmt: skip


def watched(rows: Sequence[tuple[int, bool]]) -> list[Watched]:
    return [Watched(days, left) for days, left in rows]


def test_the_aml_trial_is_as_r_prints_it() -> None:
    steps = kaplan_meier(watched(AML))
    printed = [(9, 11, 0.909, 0.0867), (13, 10, 0.818, 0.1163), (18, 8, 0.716, 0.1397), (23, 7, 0.614, 0.1526),
               (31, 5, 0.491, 0.1642), (34, 4, 0.368, 0.1627), (48, 2, 0.184, 0.1535)]  # fmt: skip
    found = [
        (step.day, step.at_risk, round(step.share, 3), round(greenwood_error(steps[: place + 1]), 4))
        for place, step in enumerate(steps)
    ]
    assert found == printed


def test_the_interval_is_greenwoods_on_the_log_log_scale() -> None:
    rng = np.random.default_rng(7)
    rows = [(int(day), bool(left)) for day, left in zip(rng.integers(1, 91, 300), rng.random(300) < 0.3, strict=True)]
    steps = kaplan_meier(watched(rows))
    data = stats.CensoredData.right_censored([day for day, _left in rows], [not left for _day, left in rows])
    curve = stats.ecdf(data).sf
    bounds = curve.confidence_interval(method="log-log")
    for step in steps:
        assert step.share == pytest.approx(float(curve.evaluate(step.day)))
        assert step.low == pytest.approx(float(bounds.low.evaluate(step.day)), abs=1e-6)
        assert step.high == pytest.approx(float(bounds.high.evaluate(step.day)), abs=1e-6)


def test_a_young_case_is_no_loss() -> None:
    old = [Watched(90, left=False, n=50), Watched(30, left=True, n=50)]
    young = [Watched(5, left=False, n=400)]
    assert retained(old, 90).share == retained([*old, *young], 90).share == pytest.approx(0.5)
    assert retained([*old, *young], 90).of == 500
    assert retained(young, 90).share is None


def test_where_nobody_left_the_interval_is_honest_all_the_same() -> None:
    found = retained([Watched(90, left=False, n=12)], 90)
    assert (found.n, found.of, found.share, found.high) == (12, 12, 1.0, 1.0)
    assert found.low is not None
    assert 0.7 < found.low < 0.8


def test_where_nobody_stayed_nothing_is_left() -> None:
    found = retained([Watched(3, left=True, n=4)], 90)
    assert (found.n, found.share, found.low, found.high) == (0, 0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="-1 days"):
        kaplan_meier([Watched(-1, left=True)])
