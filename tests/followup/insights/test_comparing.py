"""What changed between two periods, how sure that is, and where it comes from: held to independent computations."""

import math
import random
from datetime import date, timedelta

import pytest

from followup.insights.comparing import trend
from followup.insights.comparing.change import nps_change
from followup.insights.comparing.differing import differing, holm, p_of_difference
from followup.insights.comparing.mix import taken_apart
from surveys.scoring import NpsFigures


def figures(promoters: int, passives: int, detractors: int) -> NpsFigures:
    return NpsFigures.of_groups(promoters, passives, detractors)


def drawn(dice: random.Random, n: int, promoters: float, detractors: float) -> NpsFigures:
    draws = [dice.random() for _ in range(n)]
    up, down = sum(draw < promoters for draw in draws), sum(draw > 1 - detractors for draw in draws)
    return figures(up, n - up - down, down)


def test_a_change_of_large_groups_has_the_interval_of_the_textbook() -> None:
    change = nps_change(figures(40_000, 30_000, 30_000), figures(45_000, 30_000, 25_000))
    assert change is not None
    spread = math.sqrt((0.7 - 0.1**2) / 100_000 + (0.7 - 0.2**2) / 100_000)
    assert change.change == pytest.approx(10)
    assert change.low == pytest.approx(10 - 196 * spread, abs=0.01)
    assert change.high == pytest.approx(10 + 196 * spread, abs=0.01)
    assert not change.is_noise


def test_a_change_is_noise_where_its_interval_has_zero_in_it() -> None:
    change = nps_change(figures(5, 3, 2), figures(6, 3, 1))
    assert change is not None
    assert change.low < 0 < change.change < change.high
    assert change.is_noise
    assert nps_change(figures(0, 0, 0), figures(1, 0, 0)) is None


@pytest.mark.parametrize("n", [15, 60])
def test_nineteen_of_twenty_intervals_of_a_change_hold_the_true_one(n: int) -> None:
    dice = random.Random(20261127)
    held = 0
    for _ in range(2000):
        change = nps_change(drawn(dice, n, 0.5, 0.2), drawn(dice, n, 0.4, 0.3))
        assert change is not None
        held += change.low <= -20 <= change.high
    assert 0.935 <= held / 2000 <= 0.985


def test_holms_own_order_of_rejection() -> None:
    # Worked by hand: sorted .005 .01 .03 .04, times 4 3 2 1, never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_a_difference_has_the_p_value_of_its_z() -> None:
    one, other = figures(45_000, 30_000, 25_000), figures(44_500, 30_000, 25_500)
    spread = math.sqrt((0.7 - 0.2**2) / 100_000 + (0.7 - 0.19**2) / 100_000)
    z = 0.01 / spread
    by_hand = 1 - math.erf(z / math.sqrt(2))
    assert p_of_difference(one, other) == pytest.approx(by_hand, rel=1e-3)
    assert p_of_difference(one, figures(0, 0, 0)) == 1


def test_the_group_that_differs_is_named_and_alike_ones_are_not() -> None:
    groups = {"NL": figures(50, 30, 20), "DK": figures(48, 32, 20), "DE": figures(10, 20, 70), "SE": figures(0, 0, 0)}
    assert "DE" in differing(groups)
    assert "SE" not in differing(groups)
    alike = {name: figures(50, 30, 20) for name in "abcdefghij"}
    assert differing(alike) == set()
    assert differing({"one": figures(5, 5, 5)}) == set()


def test_of_many_alike_groups_one_is_called_different_in_at_most_one_of_twenty_tables() -> None:
    dice = random.Random(11)
    false = sum(bool(differing({str(g): drawn(dice, 80, 0.5, 0.2) for g in range(10)})) for _ in range(300))
    assert false <= 26  # the 99.5 % bound of a binomial with n 300, p 0.05


def test_a_change_is_another_mix_and_change_inside_and_the_two_sum_to_it_exactly() -> None:
    dice = random.Random(7)
    for _ in range(300):
        before = {name: figures(*(dice.randrange(40) for _ in range(3))) for name in "abc"}
        now = {name: figures(*(dice.randrange(40) for _ in range(3))) for name in "bcd"}
        parts = taken_apart(before, now)
        assert parts is not None
        whole = _whole(now) - _whole(before)
        assert parts.whole == pytest.approx(whole, abs=1e-9)
        assert parts.mix.change + parts.inside.change == pytest.approx(whole, abs=1e-9)


def _whole(groups: dict[str, NpsFigures]) -> float:
    n = sum(group.responses for group in groups.values())
    return 100 * sum(group.promoters - group.detractors for group in groups.values()) / n


def test_kitagawas_two_parts_by_hand() -> None:
    # A: share 0.5 to 0.8, NPS 60 both times; B: share 0.5 to 0.2, NPS 0 to 20.
    before = {"A": figures(70, 20, 10), "B": figures(30, 40, 30)}
    now = {"A": figures(112, 32, 16), "B": figures(16, 16, 8)}
    parts = taken_apart(before, now)
    assert parts is not None
    assert parts.mix.change == pytest.approx(0.3 * 60 - 0.3 * 10)
    assert parts.inside.change == pytest.approx(20 * 0.35)
    assert taken_apart({}, now) is None


def test_a_group_that_comes_counts_as_mix() -> None:
    parts = taken_apart({"A": figures(50, 0, 50)}, {"A": figures(50, 0, 50), "B": figures(100, 0, 0)})
    assert parts is not None
    assert parts.inside.change == pytest.approx(0)
    assert parts.mix.change == pytest.approx(50)


def test_the_intervals_of_both_parts_hold_the_true_ones() -> None:
    """Shares 0.5/0.5 to 0.7/0.3; A stays at 0.5 / 0.2, B goes from 0.3 / 0.4 to 0.4 / 0.3."""
    dice = random.Random(3)
    mix, inside = 100 * (0.2 * 0.3 - 0.2 * 0.0), 100 * (0.2 * 0.4)
    held_mix = held_inside = 0
    for _ in range(600):
        old_a = sum(dice.random() < 0.5 for _ in range(300))
        new_a = sum(dice.random() < 0.7 for _ in range(300))
        parts = taken_apart(
            {"A": drawn(dice, old_a, 0.5, 0.2), "B": drawn(dice, 300 - old_a, 0.3, 0.4)},
            {"A": drawn(dice, new_a, 0.5, 0.2), "B": drawn(dice, 300 - new_a, 0.4, 0.3)},
        )
        assert parts is not None
        held_mix += parts.mix.low <= mix <= parts.mix.high
        held_inside += parts.inside.low <= inside <= parts.inside.high
    assert 0.925 <= held_mix / 600 <= 0.975
    assert 0.925 <= held_inside / 600 <= 0.975


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        ("day", [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)]),
        ("week", [date(2026, 3, 30)]),
        ("month", [date(2026, 3, 30), date(2026, 4, 1)]),
        ("quarter", [date(2026, 3, 30), date(2026, 4, 1)]),
    ],
)
def test_periods_of_a_trend_are_cut_at_its_ends(interval: str, starts: list[date]) -> None:
    days = {date(2026, 3, 31): (3, 2, 1), date(2026, 4, 1): (1, 0, 0), date(2026, 4, 2): (9, 9, 9)}
    points = trend.by_period(days, date(2026, 3, 30), date(2026, 4, 1), interval)
    assert [point.first for point in points] == starts
    assert sum(point.figures.responses for point in points) == 7
    assert points[-1].last == date(2026, 4, 1)


def test_a_rolling_trend_is_what_adding_up_its_days_gives() -> None:
    dice = random.Random(5)
    first, last = date(2026, 1, 1), date(2026, 2, 10)
    days = {
        first - timedelta(days=40) + timedelta(days=number): (dice.randrange(5), dice.randrange(5), dice.randrange(5))
        for number in range(90)
        if dice.random() < 0.8
    }
    points = trend.rolling(days, first, last, 30)
    assert [point.last for point in points] == [first + timedelta(days=number) for number in range(41)]
    for point in points:
        window = [days.get(point.last - timedelta(days=back), (0, 0, 0)) for back in range(30)]
        assert point.figures == figures(*(sum(part) for part in zip(*window, strict=True)))


def test_an_unknown_interval_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="interval is year; allowed: day, week, month, quarter"):
        trend.start_of(date(2026, 1, 1), "year")
