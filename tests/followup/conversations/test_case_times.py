"""Times on the customer's page, as a person writes them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from followup.conversations.case.calls import days_of
from followup.conversations.case.reading import line_of
from followup.conversations.models import Direction, Message

NOW = datetime(2026, 11, 29, 13, 16, tzinfo=UTC)


@pytest.mark.parametrize(("language", "day"), [("nl", "Maandag 30 november"), ("da", "Mandag 30. november")])
def test_a_day_that_heads_its_times_begins_with_a_capital(language: str, day: str) -> None:
    with translation.override(language), timezone.override(UTC):
        assert [name for name, _times in days_of([NOW + timedelta(days=1)])] == [day]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "time"), [("en", "today 13:16"), ("nl", "vandaag 13:16"), ("da", "i dag 13.16")])
def test_a_time_after_who_wrote_begins_small(language: str, time: str) -> None:
    message = Message(direction=Direction.IN, at=NOW, text="It came late")
    message.pk = 1
    with translation.override(language), timezone.override(UTC):
        assert line_of(message, NOW).time == time
