"""The statistics of a trial, against published figures and against a thousand trials with the coin of the product."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.insights.trials.estimate import (
    BETTER,
    POWER,
    UNCLEAR,
    WORSE,
    Comparison,
    difference_interval,
    exact_p,
    findable,
    needed,
    power,
    share_interval,
)
from followup.playbooks.trials import coin

MOST_FALSE_ALARMS = 68  # of 1,000 at 5 %: the 99.5 % bound of the binomial


def a_trial(random: Random, seed: int, per_arm: int, shares: dict[str, float]) -> Comparison:
    """As many customers as were planned, each with the side that the product's coin gives them."""
    counts = {arm: {"n": 0, "answered": 0, "recovered": 0} for arm in "ab"}
    key = seed.to_bytes(16, "big")
    for number in range(2 * per_arm):
        side = counts[coin.side_of(key, number if number % 3 else None, number)]
        came_back = random.random() < shares["b" if side is counts["b"] else "a"]
        side["n"] += 1
        side["answered"] += came_back
        side["recovered"] += came_back
    return Comparison.of(counts)


def test_a_thousand_trials_without_effect_raise_no_more_false_alarms_than_chance_allows() -> None:
    random = Random(20261127)
    found = [a_trial(random, seed, 100, {"a": 0.3, "b": 0.3}).verdict for seed in range(1000)]
    assert sum(verdict != UNCLEAR for verdict in found) <= MOST_FALSE_ALARMS


@pytest.mark.parametrize(("baseline", "effect"), [(0.2, 0.2), (0.4, 0.25), (0.1, 0.2)])
def test_a_known_effect_is_found_as_often_as_the_plan_says(baseline: float, effect: float) -> None:
    random, per_arm = Random(7), needed(baseline, effect)
    shares = {"a": baseline, "b": baseline + effect}
    found = [a_trial(random, seed, per_arm, shares).verdict for seed in range(1000)]
    assert sum(verdict == BETTER for verdict in found) / 1000 == pytest.approx(POWER, abs=0.04)
    assert WORSE not in found


def test_the_exact_test_is_fishers() -> None:
    assert exact_p(1, 4, 3, 4) == pytest.approx(0.4857, abs=5e-5)  # the lady tasting tea, R: fisher.test
    assert exact_p(1, 10, 11, 14) == pytest.approx(0.0028, abs=5e-5)  # R: fisher.test(matrix(c(1, 9, 11, 3), 2))


def test_the_intervals_are_newcombes() -> None:
    assert list(difference_interval(48, 80, 56, 70)) == pytest.approx([0.0428, 0.3422], abs=5e-5)
    assert list(share_interval(81, 263)) == pytest.approx([0.2535, 0.3682], abs=5e-5)
    assert list(share_interval(0, 20)) == pytest.approx([0, 0.2005], abs=5e-5)


def test_the_size_is_the_least_with_the_power() -> None:
    assert needed(0.2, 0.1) == 313
    assert findable(0.2, 313) == 0.1
    for baseline, effect in ((0.1, 0.2), (0.5, 0.3), (0.3, 0.6)):  # small ones are added up
        size = needed(baseline, effect)
        assert power(baseline, baseline + effect, size) >= POWER > power(baseline, baseline + effect, size - 1)
    assert findable(0.2, 2) is None


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1), st.floats(0, 1))
def test_what_a_trial_says_hangs_together(n_a: int, n_b: int, share_a: float, share_b: float) -> None:
    a, b = round(n_a * share_a), round(n_b * share_b)
    found = Comparison.of(
        {"a": {"n": n_a, "answered": a, "recovered": a}, "b": {"n": n_b, "answered": b, "recovered": b}}
    )
    assert 0 < found.p <= 1
    assert exact_p(b, n_b, a, n_a) == pytest.approx(found.p)  # which side has the change does not matter
    assert -1 <= found.low <= found.high <= 1
    if found.difference is None:
        assert found.verdict == UNCLEAR
    else:
        assert found.low <= found.difference + 1e-9
        assert found.difference <= found.high + 1e-9


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="more came back"):
        exact_p(5, 4, 0, 4)
    for baseline, effect in ((0, 0.1), (0.9, 0.2), (0.5, 0.0)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            needed(baseline, effect)


def test_the_coin_is_fair_and_gives_a_customer_the_same_side_again() -> None:
    seed = bytes(range(16))
    sides = [coin.side_of(seed, number, 1) for number in range(10_000)]
    assert sides == [coin.side_of(seed, number, 2) for number in range(10_000)]
    assert abs(sides.count("b") - 5000) < 200  # four standard deviations
    other = [coin.side_of(bytes(16), number, 1) for number in range(10_000)]
    assert abs(sum(one == two for one, two in zip(sides, other, strict=True)) - 5000) < 200
