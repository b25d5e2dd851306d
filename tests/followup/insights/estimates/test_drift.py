"""What comes back by itself, and changes in pairs."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from followup.insights.estimates import drift
from followup.insights.estimates.pairs import changes, t_95


def test_scores_of_mean_7_rise_by_themselves_as_the_formula_says() -> None:
    assert drift.expected_rise(mean=7, sd=2, rho=0.6, cut=6) == pytest.approx(0.912862, abs=5e-7)


def test_what_rises_above_the_cut_is_as_scipy_integrates_it() -> None:
    for mean, sd, rho, cut in ((7, 2, 0.6, 6), (8.2, 1.9, 0.3, 6.5), (5, 3, -0.2, 6.5), (7, 2, 0.95, 6.5)):
        z = (cut - mean) / sd
        both = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([z, z])
        expected = 1 - both / stats.norm.cdf(z)
        assert drift.expected_share(mean, sd, rho, cut) == pytest.approx(expected, abs=1e-5)


def test_a_drawn_population_drifts_as_the_formulas_say() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.multivariate_normal([7, 7], [[4, 2.4], [2.4, 4]], 400_000).T
    low = first <= 6
    assert (second - first)[low].mean() == pytest.approx(drift.expected_rise(7, 2, 0.6, 6), abs=0.02)
    assert (second > 6)[low].mean() == pytest.approx(drift.expected_share(7, 2, 0.6, 6), abs=0.005)


def test_few_cases_lie_near_the_formula_and_many_near_what_they_showed() -> None:
    assert drift.shrunk(None, 0, 0.9) == 0.9
    assert drift.shrunk(2.0, 30, 1.0) == 1.5
    assert drift.shrunk(2.0, 3_000, 1.0) == pytest.approx(1.99, abs=0.001)
    with pytest.raises(ValueError, match="-1 customers"):
        drift.shrunk(1.0, -1, 1.0)
    with pytest.raises(ValueError, match="sd above 0"):
        drift.expected_rise(7, 0, 0.6, 6)


def test_the_change_in_pairs_is_students() -> None:
    rng = np.random.default_rng(11)
    before, after = rng.integers(0, 7, 60), rng.integers(0, 11, 60)
    found = changes(Counter(zip(before.tolist(), after.tolist(), strict=True)))
    expected = stats.ttest_rel(after, before)
    interval = expected.confidence_interval(0.95)
    assert found.change == pytest.approx(float((after - before).mean()))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-3)
    assert (found.before, found.after) == pytest.approx((before.mean(), after.mean()))


def test_the_quantiles_of_t_are_scipys() -> None:
    for freedom in (1, 2, 3, 5, 9, 30, 500):
        assert t_95(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=0.005)


def test_one_pair_has_a_change_and_no_interval() -> None:
    one = changes({(3, 8): 1})
    assert (one.n, one.change, one.low, one.spread) == (1, 5, None, None)
    assert changes({}).change is None
    with pytest.raises(ValueError, match="negative"):
        changes({(1, 2): -1})
