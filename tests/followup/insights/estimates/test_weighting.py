"""The weighed NPS and the two-phase one, beside computations of their own with numpy."""

import numpy as np
import pytest

from followup.insights.estimates.two_phase import bounds, two_phase
from followup.insights.estimates.weighting import Cell, post_stratified

Z = 1.959964


def values(promoters: int, passives: int, detractors: int) -> np.ndarray:
    """Each score as 100, 0 or -100."""
    return np.repeat([100.0, 0.0, -100.0], [promoters, passives, detractors])


CELLS = [(5_000, 40, 30, 30), (3_000, 12, 20, 68), (800, 3, 5, 2), (1_200, 25, 0, 0)]


def test_the_weighed_nps_is_that_of_a_computation_apart() -> None:
    found = post_stratified([Cell(*cell) for cell in CELLS])
    shares = np.array([cell[0] for cell in CELLS]) / sum(cell[0] for cell in CELLS)
    answers = [values(*cell[1:]) for cell in CELLS]
    value = float(np.dot(shares, [part.mean() for part in answers]))
    error = float(np.sqrt(np.dot(shares**2, [part.var(ddof=1) / len(part) for part in answers])))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(
        (value, value - Z * error, value + Z * error), abs=1e-6
    )
    assert found.n == 235


def test_cells_in_the_shares_of_the_answers_weigh_as_the_answers_do() -> None:
    found = post_stratified([Cell(100 * (p + n + d), p, n, d) for _base, p, n, d in CELLS])
    everybody = np.concatenate([values(*cell[1:]) for cell in CELLS])
    assert found is not None
    assert found.value == pytest.approx(float(everybody.mean()))


@pytest.mark.parametrize("cell", [Cell(10, 1, 0, 0), Cell(0, 5, 5, 5)])
def test_a_cell_without_a_variance_or_customers_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match="cell"):
        post_stratified([cell])


def apart(answered: tuple[int, int, int], silent: int, called: tuple[int, int, int]) -> tuple[float, float]:
    """The estimate as weights of each score, and its variance by Cochran's way: what one phase would have, had all
    been called, and what calling a part adds. "Sampling Techniques", 3rd edition, section 13.6, with the estimates of
    the variances that make it unbiased (Rao 1973)."""
    one, two = values(*answered), values(*called)
    n, m = len(one) + silent, len(two)
    weights = np.concatenate([np.full(len(one), 1 / n), np.full(m, silent / n / m)])
    value = float(np.dot(weights, np.concatenate([one, two])))
    between = len(one) / n * (one.mean() - value) ** 2 + silent / n * (two.mean() - value) ** 2
    inside = (len(one) - 1) / n * one.var(ddof=1) + (silent - 1) / n * two.var(ddof=1)
    first = n / (n - 1) * (inside + between) / n
    more = silent / n * (silent - 1) / (n - 1) * two.var(ddof=1) * (1 / m - 1 / silent)
    return value, float(first + more)


@pytest.mark.parametrize(
    ("answered", "silent", "called"),
    [((60, 25, 15), 400, (10, 12, 18)), ((500, 300, 200), 9_000, (30, 40, 30)), ((3, 0, 1), 5, (1, 2, 2))],
)
def test_the_two_phase_nps_is_that_of_a_computation_apart(
    answered: tuple[int, int, int], silent: int, called: tuple[int, int, int]
) -> None:
    value, variance = apart(answered, silent, called)
    found = two_phase(answered, silent, called)
    margin = Z * variance**0.5
    assert found is not None
    expected = (value, max(-100, value - margin), min(100, value + margin))
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=1e-6)


def test_its_variance_is_right_on_average() -> None:
    """Many customers are asked 20,000 times over: the estimates scatter as much as they say."""
    random = np.random.default_rng(46)
    n, called, runs = 120, 30, 20_000
    silent = random.binomial(n, 0.6, runs)
    answered = random.multinomial(n - silent, [0.55, 0.25, 0.20])
    of_silent = random.multinomial(called, [0.25, 0.30, 0.45], runs)
    found = [
        two_phase(tuple(map(int, one)), int(two), tuple(map(int, three)))
        for one, two, three in zip(answered, silent, of_silent, strict=True)
    ]
    estimates = np.array([one.value for one in found if one])
    claimed = np.array([((one.high - one.low) / 2 / Z) ** 2 for one in found if one])
    assert estimates.mean() == pytest.approx(0.4 * 35 + 0.6 * -20, abs=0.3)
    assert claimed.mean() == pytest.approx(estimates.var(), rel=0.03)


def test_all_called_is_the_nps_of_all_and_nobody_silent_that_of_the_answers() -> None:
    everybody = values(13, 6, 11)
    whole, alone = two_phase((10, 4, 6), 10, (3, 2, 5)), two_phase((13, 6, 11), 0, (0, 0, 0))
    for found in (whole, alone):
        assert found is not None
        assert found.value == pytest.approx(float(everybody.mean()))
        assert found.high - found.value == pytest.approx(Z * float(everybody.std(ddof=1)) / 30**0.5)


def test_the_bounds_are_what_it_would_be_if_all_who_were_not_reached_were_alike() -> None:
    found = bounds((60, 25, 15), 400, (10, 12, 18), 20)
    assert found is not None
    low = (100 * 45 + 400 * 100 * (10 - 18 - 20) / 60) / 500
    high = (100 * 45 + 400 * 100 * (10 - 18 + 20) / 60) / 500
    assert (found.low, found.high) == pytest.approx((low, high))
    assert bounds((60, 25, 15), 400, (0, 0, 0), 0) is None


def test_what_cannot_be_is_refused_and_one_score_has_no_interval() -> None:
    with pytest.raises(ValueError, match="silent"):
        two_phase((1, 1, 1), 2, (1, 1, 1))
    with pytest.raises(ValueError, match="negative"):
        bounds((1, 1, 1), 2, (1, 1, 1), -1)
    assert two_phase((5, 5, 5), 20, (1, 0, 0)) is None
    assert two_phase((0, 0, 0), 0, (0, 0, 0)) is None
