"""Times as people say them, by themselves and inside a sentence."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from followup.conversations.showing.statuses import leaves_words
from followup.presentation.wording import when

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)  # a Sunday
FRIDAY = NOW - timedelta(days=2)


@pytest.mark.parametrize(
    ("language", "alone", "inside"),
    [("en", "Fri 12:00", "Fri 12:00"), ("nl", "Vr 12:00", "vr 12:00"), ("da", "Fre 12.00", "fre 12.00")],
)
def test_a_weekday_begins_a_line_with_a_capital_and_no_sentence_part(language: str, alone: str, inside: str) -> None:
    with translation.override(language), timezone.override(UTC):
        assert (when(FRIDAY, NOW), when(FRIDAY, NOW, is_inside=True)) == (alone, inside)


def test_a_mail_leaves_tomorrow_and_not_with_a_capital() -> None:
    with timezone.override(UTC):
        assert leaves_words(NOW + timedelta(days=1), NOW) == "Leaves tomorrow 12:00"
