"""Groups, the Net Promoter Score and its interval: arithmetic alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import scoring
from surveys.scoring import NpsFigures, group_of, net_promoter_score, nps_interval

counts = st.integers(min_value=0, max_value=10_000_000)
groups = st.tuples(counts, counts, counts).filter(any)


def test_every_score_has_its_group() -> None:
    assert [group_of(score) for score in range(11)] == ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2


@pytest.mark.parametrize("score", [-1, 11, 1_000])
def test_no_other_score_has_one(score: int) -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        group_of(score)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "nps"),
    [(1, 0, 0, 100.0), (0, 1, 0, 0.0), (0, 0, 1, -100.0), (2, 2, 7, -500 / 11), (70, 20, 10, 60.0), (0, 0, 0, None)],
)
def test_the_score_is_the_share_of_promoters_less_that_of_detractors(
    promoters: int, passives: int, detractors: int, nps: float | None
) -> None:
    assert net_promoter_score(promoters, passives, detractors) == nps


@pytest.mark.parametrize("formula", [net_promoter_score, nps_interval])
@pytest.mark.parametrize("negative", [(-1, 0, 2), (0, -1, 2), (2, 0, -1)])
def test_a_negative_count_is_refused(formula: object, negative: tuple[int, int, int]) -> None:
    assert callable(formula)
    with pytest.raises(ValueError, match="negative"):
        formula(*negative)


def test_the_interval_is_adjusted_wald_worked_by_hand() -> None:
    # 2, 2 and 7 of 11: n 14, p 2.75/14, d 7.75/14; centre -35.714, variance (10.5/14 - (5/14)^2) / 14.
    margin = 100 * 1.959964 * math.sqrt((10.5 / 14 - (5 / 14) ** 2) / 14)
    low, high = nps_interval(2, 2, 7) or (0, 0)
    assert low == pytest.approx(-500 / 14 - margin)
    assert high == pytest.approx(-500 / 14 + margin)


def test_nobody_answered_has_no_interval() -> None:
    assert nps_interval(0, 0, 0) is None


def test_one_answer_says_next_to_nothing() -> None:
    # n 4, p 1.75/4, d 0.75/4: centre 25, standard error sqrt(0.5625 / 4) = 37.5 points; the score itself is 100
    low, high = nps_interval(1, 0, 0) or (0, 0)
    assert low == pytest.approx(25 - 1.959964 * 37.5)
    assert high == 100


@given(groups)
def test_the_interval_holds_the_score_and_stays_on_the_scale(made: tuple[int, int, int]) -> None:
    nps, interval = net_promoter_score(*made), nps_interval(*made)
    assert nps is not None
    assert interval is not None
    assert -100 <= interval[0] <= nps <= interval[1] <= 100
    assert interval[0] < interval[1]


@given(groups)
def test_promoters_and_detractors_are_mirrored(made: tuple[int, int, int]) -> None:
    promoters, passives, detractors = made
    low, high = nps_interval(promoters, passives, detractors) or (0, 0)
    mirrored_low, mirrored_high = nps_interval(detractors, passives, promoters) or (0, 0)
    assert mirrored_low == pytest.approx(-high)
    assert mirrored_high == pytest.approx(-low)


@given(groups)
def test_more_answers_of_the_same_kind_say_it_more_surely(made: tuple[int, int, int]) -> None:
    promoters, passives, detractors = made
    low, high = nps_interval(promoters, passives, detractors) or (0, 0)
    narrow_low, narrow_high = nps_interval(9 * promoters, 9 * passives, 9 * detractors) or (0, 0)
    if low > -100 and high < 100:
        assert narrow_high - narrow_low < high - low


@given(st.dictionaries(st.sampled_from(scoring.SCORES), counts))
def test_figures_add_up_the_scores_of_each_group(by_score: dict[int, int]) -> None:
    figures = NpsFigures.from_counts(by_score)
    assert figures.responses == sum(by_score.values())
    assert figures.detractors == sum(by_score.get(score, 0) for score in range(7))
    assert figures.nps == net_promoter_score(figures.promoters, figures.passives, figures.detractors)
    assert (figures.nps is None) == (figures.nps_low is None) == (figures.nps_high is None) == (figures.responses == 0)
