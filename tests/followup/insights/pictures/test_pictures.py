"""Pictures: what is typed stays text, each can be told apart without colour, and the PNG is one."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from followup.insights.comparing import trend as trend_points
from followup.insights.overview.pictures import trend_of
from followup.insights.pictures.curves import Axis, Line, Point, curves
from followup.insights.pictures.drawing import PNG_ZOOM, WIDTH, Picture, as_file, as_png, inside_page
from followup.insights.pictures.intervals import Guide, Row, Scale, around_zero, intervals
from followup.insights.recovery.screens.texts import points

EVIL = "<script>alert(1)</script>\"'&"
SCALE = Scale(0, 1, [(0, "0 %"), (1, "100 %")])


def shares() -> Picture:
    rows = [Row(EVIL, "54 %", 0.54, 0.4, 0.7), Row("none", "too few"), Row("off", "x", 3.0, -2.0, 5.0, is_other=True)]
    return intervals(rows, SCALE, title=EVIL, description=EVIL, guides=[Guide(0.4, EVIL)], notes=[EVIL])


def trend() -> Picture:
    points = [Point(0, 1, 1, 1), Point(30, 0.8, 0.7, 0.9), Point(90, 0.6, 0.5, 0.7)]
    across = Axis(0, 90, [(0, "0"), (90, "90")])
    lines = [Line("steps", points, is_step=True), Line("trend", points)]
    return curves(lines, across, Axis(0, 1, SCALE.ticks), title="Still there", description="x", below="days")


@pytest.mark.parametrize("picture", [shares(), trend()])
def test_a_picture_is_well_formed_with_a_name_and_words_and_nothing_that_acts(picture: Picture) -> None:
    page = ET.fromstring(inside_page(picture, "a"))  # noqa: S314  (our own)
    assert page.attrib["role"] == "img"
    assert {child.attrib["id"] for child in page if "id" in child.attrib} == {"a-title", "a-text"}
    assert not [one for one in page.iter() if "style" in one.attrib or "script" in one.tag]
    file = ET.fromstring(as_file(picture))  # noqa: S314
    tags = {one.tag.removeprefix("{http://www.w3.org/2000/svg}") for one in file.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "g", "line", "circle", "path", "text"}


def test_what_was_typed_is_text() -> None:
    assert EVIL in {one.text for one in ET.fromstring(inside_page(shares(), "a")).iter()}  # noqa: S314
    assert "<script>" not in as_file(shares())


def test_what_lies_off_the_axis_is_drawn_at_its_end() -> None:
    places = [float(one.attrib["cx"]) for one in ET.fromstring(inside_page(shares(), "a")).iter() if "cx" in one.attrib]  # noqa: S314
    assert all(0 <= place <= WIDTH for place in places)


def test_a_png_is_drawn_with_the_fonts_that_come_with_it() -> None:
    png = as_png(trend())
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == (WIDTH + 20) * PNG_ZOOM
    without = Picture("", "", trend().height, [mark for mark in trend().marks if mark.tag != "text"])
    assert len(png) > len(as_png(without)) + 1_000  # its words were drawn


@pytest.mark.parametrize(
    ("answers", "dots", "bands"),
    [
        ((3,), 1, 0),
        ((0, 0, 3, 0), 1, 0),
        ((3, 5), 0, 1),
        ((3, 5, 0, 2, 0, 4, 4), 1, 1),
        ((2, 0, 2), 2, 1),
        ((0, 0), 0, 0),
    ],
)
def test_a_period_alone_is_a_dot_with_its_interval(answers: Sequence[int], dots: int, bands: int) -> None:
    first = date(2026, 11, 2)
    counts = {first + timedelta(days=7 * week): (number, 1, 1) for week, number in enumerate(answers) if number}
    last = first + timedelta(days=7 * len(answers) - 1)
    picture = trend_of(trend_points.by_period(counts, first, last, trend_points.WEEK), trend_points.WEEK)
    if not any(answers):
        assert picture is None
        return
    assert picture is not None
    drawn = Counter(str(mark.attributes.get("class")) for mark in picture.marks)
    assert (drawn["pic-dot"], drawn["pic-range"], drawn["pic-band pic-band-0"]) == (dots, 3 * dots, bands)
    bare = [mark for mark in picture.marks if mark.tag == "path" and "L" not in str(mark.attributes["d"])]
    assert not bare, "a path of one point shows nothing"
    if dots:
        without = replace(picture, marks=[mark for mark in picture.marks if mark.attributes["class"] != "pic-dot"])
        assert as_png(picture) != as_png(without)


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="4 lines"):
        curves([Line("x", [])] * 4, Axis(0, 1, []), Axis(0, 1, []), title="", description="")


def texts_of(picture: Picture) -> list[tuple[str, float, bool]]:
    """Each text with its height, and whether it ends at its place."""
    page = ET.fromstring(inside_page(picture, "a"))  # noqa: S314
    return [(one.text or "", float(one.attrib["y"]), "end" in one.attrib["class"]) for one in page.iter("text")]


def test_a_name_that_leaves_its_words_no_room_stands_above_them() -> None:
    name, said = "Worden uitnodigingen met de hand beter beantwoord?", "+4 (−11 tot +17), n 153"
    rows = [Row("All", said, 0.04, -0.1, 0.1), Row(name, said, 0.04, -0.11, 0.17), Row("All", said)]
    picture = intervals(rows, SCALE, title="x", description="x")
    first, first_said, long, long_said, *_ticks = texts_of(picture)[len(SCALE.ticks) :]
    assert first[1] == first_said[1]
    assert long_said[1] - long[1] == 14
    assert (long[0], long_said[0], long_said[2]) == (name, said, True)
    assert picture.height == intervals(rows[:1] * 3, SCALE, title="x", description="x").height + 14


def test_a_name_longer_than_a_line_ends_in_dots() -> None:
    picture = intervals([Row("long " * 40, "1")], SCALE, title="x", description="x")
    names = [text for text, _y, _is_end in texts_of(picture)]
    assert [name for name in names if name.endswith("…") and len(name) <= 58]


@pytest.mark.parametrize(("end", "said"), [(0.17, "+10"), (0.25, "+15"), (0.4, "+25"), (0.8, "+50")])
def test_the_ticks_of_a_difference_lie_where_they_say(end: float, said: str) -> None:
    scale = around_zero([Row("a", "a", 0, -0.01, end)], points)
    assert all((100 * place).is_integer() for place, _words in scale.ticks)
    assert all(words == points(100 * place) for place, words in scale.ticks if place)
    assert (scale.ticks[3][1], scale.ticks[2][1]) == (said, "0")
