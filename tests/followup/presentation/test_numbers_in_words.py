"""Numbers in words: rounded, never cut off."""

from decimal import Decimal

import pytest
from django.utils import translation

from followup.insights.comparing.change import Change
from followup.insights.estimates.shares import Estimate, wilson
from followup.insights.fairplay.words import p_words
from followup.insights.figures.words import points, telling
from followup.insights.improvements.comparing import Comparison as Improved
from followup.insights.improvements.comparing import Side as Group
from followup.insights.improvements.screens.showing import comparison_in_words
from followup.insights.overview.words import change_words
from followup.insights.recovery.screens.texts import estimate_words, score
from followup.insights.risk.screens.drawn import short
from followup.insights.trials.estimate import Comparison, Side
from followup.insights.trials.texts import explained
from followup.playbooks.trials.models import Trial
from followup.presentation.wording import amount, money, percent, rounded


@pytest.mark.parametrize(
    ("part", "words"), [(20 / 77, "26 %"), (0.009, "1 %"), (0.0049, "0 %"), (0.999, "100 %"), (1.0, "100 %")]
)
def test_a_share_is_rounded_to_the_nearest_per_cent(part: float, words: str) -> None:
    assert percent(part) == words.replace(" ", "\N{NO-BREAK SPACE}"), "no line breaks it"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (rounded(8.97, 1), "9.0"),
        (rounded(-0.46, 1), "-0.5"),
        (rounded(1234.5678, 2), "1,234.57"),
        (score(6.96), "7.0"),
        (amount(Decimal("49999.90")), "50,000"),
        (amount(Decimal("1200.50")), "1,201"),  # as the list of customers does
        (amount(Decimal("-1200.50")), "-1,201"),
        (money(Decimal("19.999"), "EUR"), "20.00 EUR"),
        (short(Decimal("12990")), "13 k"),
        (short(Decimal("1290000")), "1.3 M"),
        (p_words(0.0459), "p 0.046"),
    ],
)
def test_a_number_is_rounded_to_its_decimals(told: str, words: str) -> None:
    assert told == words


def test_it_is_grouped_and_pointed_as_the_reader_does() -> None:
    with translation.override("da"):
        assert rounded(Decimal("1234.567"), 2) == "1.234,57"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (-0.26, 0, (-0.26, 1)),
        (0.49, 0, (0.49, 1)),
        (-0.04, 0, (-0.1, 1)),
        (0.004, 1, (0.01, 2)),
        (-0.6, 0, (-0.6, 0)),
        (-18.2, 0, (-18.2, 0)),
    ],
)
def test_no_end_of_an_interval_without_0_is_shown_as_0(value: float, places: int, shown: tuple[float, int]) -> None:
    assert telling(value, is_noise=False, places=places) == shown
    assert telling(value, is_noise=True, places=places) == (value, places)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (change_words(Change(-9, -18, -0.26))["words"], "Worse, and more than noise: between −18 and −0.3 points."),
        (change_words(Change(-1, -2, -0.04))["words"], "Worse, and more than noise: between −2 and −0.1 points."),
        (change_words(Change(0.4, 0.2, 9))["words"], "Better, and more than noise: between 0.2 and 9 points."),
        (change_words(Change(0.4, 0.2, 9))["figure"], "+0.4"),
        (change_words(Change(-9, -18, 0.26))["words"],
         "Within the noise: the change lies between −18 and 0 points."),
        (change_words(Change(-0.4, -1.6, 0.8))["figure"], "0"),
        (estimate_words(Estimate(340, -0.03, -0.07, -0.0031)), "−3 (−7 to −0.3), n 340"),
        (estimate_words(Estimate(340, -0.03, -0.07, 0.0031)), "−3 (−7 to +0), n 340"),
        (estimate_words(Estimate(340, 1.2, 0.02, 2.4), scale=1, places=1), "+1.2 (+0.02 to +2.4), n 340"),
        (points(0.003, is_noise=False), "+0.3 points"),
        (points(0.003, is_noise=True), "±0 points"),
        (points(-0.012, is_noise=False), "−1 point"),
    ],
)  # fmt: skip
def test_words_do_not_contradict_the_interval_beside_them(told: str, words: str) -> None:
    assert told == words


def test_improvements_and_trials_say_it_likewise() -> None:
    side = Group(400, wilson(200, 400))
    told = comparison_in_words(Improved(side, side, Estimate(800, 0.07, 0.0012, 0.14)))["difference"]
    assert told == "+7 points, between +0.1 points and +14 points: more than noise"
    half = Side(400, 300, 200)
    trial = Comparison(half, half, 0.07, 0.0012, 0.14, 0.04)
    assert "between +0.1 and +14 points" in next(explained(trial, Trial(effect=5)))


def test_the_further_decimal_is_pointed_as_the_reader_does() -> None:
    with translation.override("nl"):
        assert "−0,3" in change_words(Change(-9, -18, -0.26))["words"]
        assert "−0,3" in estimate_words(Estimate(340, -0.03, -0.07, -0.0031))
        assert points(-0.003, is_noise=False).startswith("−0,3")
