"""When reports are due, and which days they are about."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from followup.insights.figures.periods import Period
from followup.insights.reports.times import before_of, month_before, next_first, week_before

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(days)
def test_a_week_is_from_monday_to_sunday_and_over(day: date) -> None:
    week = week_before(day)
    assert (week.first.weekday(), week.days) == (0, 7)
    assert timedelta(days=1) <= day - week.last <= timedelta(days=7)
    assert before_of(week) in (Period(week.first - timedelta(days=7), week.first - timedelta(days=1)),)


@given(days)
def test_a_month_is_one_of_the_calendar_and_over(day: date) -> None:
    month = month_before(day)
    assert month.first.day == 1
    assert month.last + timedelta(days=1) == day.replace(day=1)
    assert before_of(month).last + timedelta(days=1) == month.first
    assert before_of(month).first.day == 1


def test_the_month_before_march_is_february_whole() -> None:
    assert month_before(date(2028, 3, 31)) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert before_of(month_before(date(2028, 3, 1))) == Period(date(2028, 1, 1), date(2028, 1, 31))


def test_the_next_first_is_by_the_readers_clock() -> None:
    after = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # the first of December in Copenhagen, half past midnight
    assert next_first(after, time(7), COPENHAGEN) == datetime(2026, 12, 1, 7, tzinfo=COPENHAGEN)
    assert next_first(after + timedelta(hours=8), time(7), COPENHAGEN) == datetime(2027, 1, 1, 7, tzinfo=COPENHAGEN)
