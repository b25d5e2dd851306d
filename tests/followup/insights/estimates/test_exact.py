"""Exact tests for counts, against published examples and scipy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom  # type: ignore[import-untyped]

from followup.insights.estimates.exact import binomial_p, fisher_p


def test_fishers_tea_is_as_in_the_book() -> None:
    """Three of four cups named right: one tail is 17/70 (The Design of Experiments, 1935)."""
    assert fisher_p(3, 4, 1, 4) == pytest.approx(2 * 17 / 70)
    assert fisher_p(4, 4, 0, 4) == pytest.approx(2 / 70)


def test_mendels_peas_are_as_r_counts_them() -> None:
    """705 purple and 224 white where 3 to 1 is expected: one tail of R's pbinom."""
    assert binomial_p(705, 929, 0.75) == pytest.approx(2 * binom.sf(704, 929, 0.75))
    assert binomial_p(8, 10, 0.5) == pytest.approx(2 * 56 / 1024)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 3000), st.floats(0, 1), st.floats(0.001, 0.999))
def test_the_binomial_tail_is_that_of_scipy(of: int, part: float, share: float) -> None:
    hits = round(of * part)
    expected = min(1.0, 2 * min(binom.cdf(hits, of, share), binom.sf(hits - 1, of, share)))
    assert binomial_p(hits, of, share) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 800), st.floats(0, 1), st.integers(1, 800), st.floats(0, 1))
def test_the_hypergeometric_tail_is_that_of_scipy(of: int, part: float, other: int, other_part: float) -> None:
    hits, other_hits = round(of * part), round(other * other_part)
    known = hypergeom(of + other, hits + other_hits, of)
    expected = min(1.0, 2 * min(known.cdf(hits), known.sf(hits - 1)))
    assert fisher_p(hits, of, other_hits, other) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_ends_empty_groups_and_bad_counts() -> None:
    assert fisher_p(0, 0, 3, 10) == 1.0
    assert binomial_p(0, 0, 0.5) == 1.0
    assert binomial_p(5, 5, 1) == 1.0
    assert binomial_p(4, 5, 1) == 0.0
    assert fisher_p(400_000, 1_000_000, 5_000, 20_000) < 1e-300
    for bad in ((6, 5, 0.5), (-1, 5, 0.5), (1, 5, 1.5)):
        with pytest.raises(ValueError, match="of 5"):
            binomial_p(*bad)
    with pytest.raises(ValueError, match="6 of 5"):
        fisher_p(6, 5, 1, 2)
