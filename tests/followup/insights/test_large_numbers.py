"""Numbers above a thousand, as the reader's language groups them, wherever a figure says what it rests on."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from followup.insights.estimates.shares import Estimate, wilson
from followup.insights.recovery.screens import texts as recovery
from followup.insights.silence.screens import texts as silence
from followup.insights.weekly.figures import CauseOfWeek
from followup.insights.weekly.texts import usual_words
from followup.models import RootCause
from surveys.scoring import NpsFigures

NPS = {"nps": "39", "low": "36", "high": "43", "n": 1830}
REPORT = {
    "is_enough": True,
    "figure": NPS,
    "groups": [{"name": "9–10", "share": "56 %", "n": 1020}],
    "promises": 2240,
    "met_share": "70 %",
    "causes": [{"name": "Delivery", "share": "33 %", "n": 1078}],
}


@pytest.mark.parametrize(("language", "mark"), [("en", ","), ("nl", "."), ("da", ".")])
@pytest.mark.parametrize("template", ["emails/report/body.txt", "emails/report/body.html"])
def test_a_report_groups_every_number(template: str, language: str, mark: str) -> None:
    with translation.override(language):
        words = re.sub(r"<[^>]+>", " ", render_to_string(template, REPORT))
    assert re.findall(r"\bn ([\d.,]+\d)", words) == [f"{n[0]}{mark}{n[1:]}" for n in ("1830", "1020", "2240", "1078")]


@pytest.mark.parametrize(("language", "mark"), [("en", ","), ("nl", "."), ("da", ".")])
def test_the_weekly_mail_groups_every_number(language: str, mark: str) -> None:
    week: dict[str, Any] = {"nps": {"responses": 1830}, "kept": {"n": 2240}, "resolved": 1240, "recovered": 1003}
    week |= {"answered_again": 1111, "better": 1010}
    context = {"week": week, "nps": "39", "kept": 70, "groups": [{"n": 1300, "words": "unhappy"}]}
    with translation.override(language):
        words = render_to_string("emails/weekly/body.txt", context)
    for n in (1830, 2240, 1240, 1003, 1111, 1010, 1300):
        assert f"{n // 1000}{mark}{n % 1000:03}" in words


@pytest.mark.parametrize(
    ("usual", "language", "words"), [(2.25, "en", "2.3"), (2.25, "nl", "2,3"), (2.0, "da", "2"), (0.0, "da", "0")]
)
def test_ausual_words_week_has_the_reader_s_decimal_mark(usual: float, language: str, words: str) -> None:
    with translation.override(language):
        assert usual_words(CauseOfWeek(RootCause(), 6, usual)) == words


def test_shares_and_differences_say_their_n_alike() -> None:
    many = NpsFigures.of_groups(1020, 510, 300)
    assert recovery.share_words(wilson(500, 1615)).endswith(", n 1,615")
    assert recovery.estimate_words(Estimate(2422, 0.1, 0.02, 0.17)).endswith(", n 2,422")
    assert silence.nps_words(many).endswith(", n 1,830")
