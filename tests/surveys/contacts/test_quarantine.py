"""When a customer may be asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from surveys.contacts.quarantine import may_be_asked_from

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_ago", "own", "of_survey", "left"),
    [
        (None, None, None, None),
        (29, None, None, 1),
        (30, None, None, None),
        (6, None, 7, 1),
        (8, None, 7, None),
        (40, 90, 7, 50),  # the customer's own wish wins
        (0, 0, None, None),
    ],
)
def test_the_quarantine_ends_so_many_days_after_the_last_ask(
    days_ago: int | None, own: int | None, of_survey: int | None, left: int | None
) -> None:
    asked = None if days_ago is None else AT - timedelta(days=days_ago)
    ends = may_be_asked_from(last_asked_at=asked, ask_every_days=own, survey_days=of_survey, at=AT, company_days=30)
    assert ends == (None if left is None else AT + timedelta(days=left))
