"""A share in words: rounded, never cut off."""

import pytest

from followup.insights.figures.words import percent


@pytest.mark.parametrize(
    ("part", "words"), [(20 / 77, "26 %"), (0.009, "1 %"), (0.0049, "0 %"), (0.999, "100 %"), (1.0, "100 %")]
)
def test_a_share_is_rounded_to_the_nearest_per_cent(part: float, words: str) -> None:
    assert percent(part) == words
