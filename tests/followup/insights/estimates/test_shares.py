"""Shares, and differences of shares, against an independent library and published examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from followup.insights.estimates.shares import difference, wilson
from surveys.scoring import nps_interval


@pytest.mark.parametrize(("n", "of"), [(0, 1), (1, 1), (3, 3), (0, 20), (7, 56), (81, 263), (999, 1000)])
def test_a_share_has_the_interval_that_scipy_gives(n: int, of: int) -> None:
    found = wilson(n, of)
    expected = stats.binomtest(n, of).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-6)
    assert found.share == pytest.approx(n / of)


def test_a_share_of_nothing_has_no_figures() -> None:
    assert wilson(0, 0).share is None
    assert wilson(0, 0).low is None
    assert difference(wilson(0, 0), wilson(1, 2)) is None
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_has_the_interval_that_newcombe_published(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(wilson(*one), wilson(*other))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    assert found.n == one[1] + other[1]


@given(st.integers(0, 400), st.integers(0, 400))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(n: int, more: int) -> None:
    found = wilson(n, n + more)
    if found.share is not None and found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.share <= found.high <= 1


def test_the_interval_of_an_nps_is_adjusted_wald_as_the_normal_distribution_gives_it() -> None:
    promoters, passives, detractors = 50, 30, 20
    n = promoters + passives + detractors + 3
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    margin = stats.norm.ppf(0.975) * ((p + d - (p - d) ** 2) / n) ** 0.5
    expected = (100 * (p - d - margin), 100 * (p - d + margin))
    assert nps_interval(promoters, passives, detractors) == pytest.approx(expected, abs=1e-4)
