"""Log-odds with an informative Dirichlet prior, beside an independent computation."""

from decimal import Decimal, getcontext
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.insights.estimates.log_odds import log_odds

counts = st.lists(st.integers(0, 5_000), min_size=2, max_size=8).map(
    lambda numbers: dict(zip("abcdefgh", numbers, strict=False))
)


def of_one(word: str, one: dict[str, int], other: dict[str, int], weight: Decimal) -> tuple[Decimal, Decimal]:
    """(log-odds, z) as the paper writes them, with fifty digits: equations 16, 19 and 22."""
    getcontext().prec = 50
    n_i, n_j = Decimal(sum(one.values())), Decimal(sum(other.values()))
    y_i, y_j = Decimal(one.get(word, 0)), Decimal(other.get(word, 0))
    alpha = weight * (y_i + y_j) / (n_i + n_j)
    omega_i, omega_j = (y_i + alpha) / (n_i + weight - y_i - alpha), (y_j + alpha) / (n_j + weight - y_j - alpha)
    delta = omega_i.ln() - omega_j.ln()
    return delta, delta / (1 / (y_i + alpha) + 1 / (y_j + alpha)).sqrt()


@given(counts, counts, st.integers(1, 2_000))
def test_it_is_as_the_paper_has_it(one: dict[str, int], other: dict[str, int], weight: int) -> None:
    whole = [word for word in one.keys() | other.keys() if one.get(word, 0) + other.get(word, 0)]

    found = log_odds(one, other, prior_weight=weight)

    assert set(found) == (set(whole) if len(whole) > 1 else set())
    for word, figures in found.items():
        delta, z = of_one(word, one, other, Decimal(weight))
        assert figures.log_odds == pytest.approx(float(delta), rel=1e-9, abs=1e-9)
        assert figures.z == pytest.approx(float(z), rel=1e-9, abs=1e-9)


@given(counts, counts, st.randoms())
def test_the_order_of_words_does_not_matter_and_the_two_groups_mirror(
    one: dict[str, int], other: dict[str, int], random: Random
) -> None:
    words = list(one)
    random.shuffle(words)

    found, mirrored = (
        log_odds(first, second, prior_weight=100)
        for first, second in (({word: one[word] for word in words}, other), (other, one))
    )

    assert found == log_odds(one, other, prior_weight=100)
    for word, figures in found.items():
        assert mirrored[word].z == pytest.approx(-figures.z, abs=1e-9)


def test_words_that_are_left_out_count_for_the_whole() -> None:
    all_of_it = log_odds({"late": 40, "sofa": 60}, {"late": 5, "sofa": 95}, prior_weight=10)

    found = log_odds({"late": 40}, {"late": 5}, words_of_one=100, words_of_other=100, prior_weight=10)

    assert found["late"] == all_of_it["late"]


@pytest.mark.parametrize(("one", "whole"), [({"late": -1}, 5), ({"late": 6}, 5)])
def test_counts_that_cannot_be_are_refused(one: dict[str, int], whole: int) -> None:
    with pytest.raises(ValueError, match="counts are at least 0"):
        log_odds(one, {"late": 1}, words_of_one=whole, prior_weight=10)
