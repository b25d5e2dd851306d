"""Numbers in words: rounded, never cut off."""

from decimal import Decimal

import pytest
from django.utils import translation

from followup.insights.fairplay.words import p_words
from followup.insights.recovery.screens.texts import score
from followup.insights.risk.screens.drawn import short
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
