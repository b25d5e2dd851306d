"""The mail with eleven numbers as a mail program draws it: readable when it is inverted, and whole on a small phone."""

import colorsys
import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from surveys.campaigns.mail import Values, content_of, render
from tests.factories import make_survey

pytestmark = pytest.mark.django_db

Colour = tuple[float, float, float]
LEAST = 4.5
COLOURS = """() => [...document.querySelectorAll('a, td, p, div')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length
               && parseFloat(getComputedStyle(e).fontSize) > 1)
  .map(e => {
    let behind = e
    while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement
    const ground = behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)'
    return [e.textContent.trim().slice(0, 30), getComputedStyle(e).color, ground]
  })"""


def parsed(colour: str) -> Colour:
    red, green, blue = (float(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3])
    return red, green, blue


def as_it_is(colour: Colour) -> Colour:
    return colour


def inverted(colour: Colour) -> Colour:
    red, green, blue = colour
    return 1 - red, 1 - green, 1 - blue


def lightness_inverted(colour: Colour) -> Colour:
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(hue, 1 - lightness, saturation)


def luminance(colour: Colour) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def html() -> str:
    return render(content_of(make_survey(), "da"), Values("https://n.dk/r/x/", "https://n.dk/u/x/", "Hej Ada")).html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("change", [as_it_is, inverted, lightness_inverted])
def test_every_text_keeps_its_contrast(
    browser: Browser, html: str, scheme: str, change: Callable[[Colour], Colour]
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(html)
    texts = page.evaluate(COLOURS)
    page.close()
    assert {str(score) for score in range(11)} <= {text for text, _ink, _ground in texts}
    faint = [
        (text, ink, ground, round(contrast(change(parsed(ink)), change(parsed(ground))), 2))
        for text, ink, ground in texts
        if contrast(change(parsed(ink)), change(parsed(ground))) < LEAST
    ]
    assert faint == []


def test_eleven_numbers_stand_in_one_row_on_the_smallest_phone(browser: Browser, html: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 600})
    page.set_content(html)
    boxes = [cell.bounding_box() for cell in page.query_selector_all("td.number a[href*=score]")]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert len(boxes) == 11
    assert wider <= 0
    found = [box for box in boxes if box is not None]
    assert len({round(box["y"]) for box in found}) == 1
    assert min(box["width"] for box in found) >= 24
    assert min(box["height"] for box in found) >= 44
    for left, right in itertools.pairwise(found):
        assert left["x"] + left["width"] <= right["x"]
    assert found[-1]["x"] + found[-1]["width"] <= 320
