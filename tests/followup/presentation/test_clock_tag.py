"""The clock as it is drawn: a bar while it runs, words alone when it stopped."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followup.clocks.business_time import ALWAYS, ServiceHours
from followup.presentation.wording import Clock, with_hours
from followup.templatetags.clocks import clock


@pytest.mark.parametrize(
    ("state", "left", "width"), [("on_time", 40, "40"), ("due_soon", 0, "0"), ("overdue", 0, "100")]
)
def test_a_running_clock_draws_what_is_left(state: str, left: int, width: str) -> None:
    html = clock(Clock(state, left, "words"))
    assert f'class="clock-left" width="{width}"' in html
    assert f'data-state="{state}"' in html


@pytest.mark.parametrize(("state", "shown"), [("met", "met"), ("missed", "missed"), ("", "none")])
def test_a_stopped_clock_is_words_alone(state: str, shown: str) -> None:
    html = clock(Clock(state, 0, "in time, after 3 h 02 m"))
    assert "<svg" not in html
    assert f'data-state="{shown}"' in html
    assert "in time, after 3 h 02 m" in html


def test_the_time_stands_beside_it_where_it_is_asked_for() -> None:
    due = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert "due Fri 27 Nov 2026 09:00 UTC" in clock(Clock("on_time", 5, "words", due), is_exact=True)
    assert "was due Fri" in clock(Clock("met", 5, "words", due, is_over=True), is_exact=True)
    assert "clock-exact" not in clock(Clock("on_time", 5, "words", due))
    assert 'class="clock clock-large"' in clock(Clock("on_time", 5, "words"), "large")


def test_words_are_never_markup_and_nothing_is_what_the_content_policy_refuses() -> None:
    html = clock(Clock("on_time", 5, "<b>words</b>"))
    assert "&lt;b&gt;words" in html
    assert " style=" not in html


OFFICE = ServiceHours(
    zone=ZoneInfo("Europe/Copenhagen"), week=(((9 * 60, 17 * 60),),) * 5 + ((), ()), own_days={}, holidays={}
)
FRIDAY = datetime(2026, 11, 27, tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.mark.parametrize(
    ("now", "due", "is_tight"),
    [
        (16.5, 24 * 3 + 9.25, True),  # half an hour today, a quarter on Monday
        (15.5, 24 * 3 + 9.25, False),
        (18, 24 + 18, True),  # nobody is in before that
        (16.5, 17, False),  # the clock itself says that
        (10, 17, False),
    ],
)
def test_a_clock_is_tight_when_the_team_works_less_than_an_hour_of_what_is_left(
    now: float, due: float, is_tight: bool
) -> None:
    at, due_at = FRIDAY + timedelta(hours=now), FRIDAY + timedelta(hours=due)
    shown = with_hours(Clock("on_time", 5, "words", due_at), OFFICE, at)
    assert shown.is_tight is is_tight
    assert ("clock-tight" in clock(shown)) is is_tight
    assert not with_hours(Clock("on_time", 5, "words", due_at), ALWAYS, at).is_tight
    assert not with_hours(Clock("overdue", 5, "words", due_at), OFFICE, at).is_tight
