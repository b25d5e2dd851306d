"""A company's colours stay readable, whatever they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.branding import colours


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_has_the_least_contrast_on_light_and_on_dark(number: int) -> None:
    tone = colours.tone(f"#{number:06x}")
    for shade, grounds in ((tone.light, ("#fbfaf7", "#ffffff")), (tone.dark, ("#161513", "#22201d"))):
        assert all(colours.contrast(shade.colour, ground) >= 4.5 for ground in grounds)
        assert shade.was_shifted == (shade.colour != tone.given)


def test_a_readable_colour_stays_and_a_pale_one_is_said_to_be_shifted() -> None:
    teal = colours.tone("#0b5d5a").light
    assert (teal.colour, teal.was_shifted, round(teal.contrast, 2)) == ("#0b5d5a", False, 7.38)
    yellow = colours.tone("#ffcc00")
    assert yellow.light.was_shifted
    assert not yellow.dark.was_shifted
    assert yellow.light.colour == "#8c7000"


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("typed", "read"), [("#ABC", "#aabbcc"), (" 0b5d5a ", "#0b5d5a"), ("#00ff00", "#00ff00")])
def test_colours_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert colours.read(typed) == read


@pytest.mark.parametrize("typed", ["", "red", "#12345", "#12345g", "#1234567", "#fff;}", "٣٣٣"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        colours.read(typed)
