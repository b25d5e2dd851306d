"""The scale and the chip, drawn from their includes."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

SCALE = {"legend": "How likely?", "low_label": "Not at all", "high_label": "Extremely"}


def checked_scores(html: str) -> list[str]:
    return re.findall(r'value="(\d+)"[^>]* checked', html)


def test_the_scale_has_eleven_radios_in_order_and_none_is_chosen_at_first() -> None:
    html = render_to_string("includes/_scale.html", SCALE)
    assert re.findall(r'type="radio"[^>]* name="score" value="(\d+)"', html) == [str(n) for n in range(11)]
    assert checked_scores(html) == []


@pytest.mark.parametrize("chosen", [0, "0", 7, "7", 10, "10"])
def test_a_chosen_score_is_checked_whether_number_or_text(chosen: int | str) -> None:
    assert checked_scores(render_to_string("includes/_scale.html", SCALE | {"chosen": chosen})) == [str(chosen)]


@pytest.mark.parametrize("chosen", ["", None, "11", "-1", "7.0", " 7", "x"])
def test_what_is_no_score_chooses_nothing(chosen: str | None) -> None:
    assert checked_scores(render_to_string("includes/_scale.html", SCALE | {"chosen": chosen})) == []


def test_the_scale_carries_the_words_for_the_follow_up_question() -> None:
    html = render_to_string("includes/_scale.html", SCALE)
    tones = re.findall(r'value="\d+" class="([\w -]+)"', html)
    bands = ["low band-0"] * 3 + ["low band-3"] * 2 + ["low band-5"] * 2 + ["mid band-7"] * 2 + ["high band-9"] * 2
    assert tones == bands
    assert "detractor" not in html


def test_a_fault_of_the_scale_is_tied_to_it_and_its_words_are_escaped() -> None:
    html = render_to_string("includes/_scale.html", SCALE | {"legend": "<b>&", "error": "Choose a number."})
    assert 'aria-describedby="score-fault"' in html
    assert '<p class="fault" id="score-fault">Choose a number.</p>' in html
    assert "&lt;b&gt;&amp;" in html


@pytest.mark.parametrize(
    ("score", "group"), [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter")]
)
def test_the_chip_shows_the_number_and_its_group(score: int, group: str) -> None:
    with translation.override("en"):
        html = render_to_string("includes/_chip.html", {"score": score})
    assert f'data-group="{group}"' in html
    assert re.sub(r"<[^>]*>", "", html).strip() == f"Score {score}"


@pytest.mark.django_db
def test_the_drawings_hold_nothing_that_the_content_policy_refuses() -> None:
    pages = [
        render_to_string("includes/_scale.html", SCALE),
        render_to_string("includes/_chip.html", {"score": 3}),
        render_to_string("base.html", {}),
        render_to_string("surveys/public/base.html", {"brand": "B"}),
    ]
    for html in pages:
        assert " style=" not in html
        assert "<style" not in html
        assert "<script" not in html
