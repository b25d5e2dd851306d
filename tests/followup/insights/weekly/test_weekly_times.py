"""When a weekly mail is due, also where the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.insights.weekly.times import monday_of, next_due

HALF_PAST_SEVEN = time(7, 30)
ZONES = sorted(name for name in available_timezones() if "/" in name)


@pytest.mark.parametrize(
    ("zone", "after", "due"),
    [
        ("Europe/Copenhagen", "2026-03-23T06:29:59+00:00", "2026-03-23T06:30+00:00"),
        ("Europe/Copenhagen", "2026-03-23T06:30:00+00:00", "2026-03-30T05:30+00:00"),  # summer time began on the 29th
        ("Europe/Copenhagen", "2026-10-19T05:30:00+00:00", "2026-10-26T06:30+00:00"),  # and ended on the 25th
        ("America/New_York", "2026-03-02T12:30:00+00:00", "2026-03-09T11:30+00:00"),
        ("Pacific/Kiritimati", "2026-11-22T12:00:00+00:00", "2026-11-22T17:30+00:00"),  # Monday there
        ("Pacific/Pago_Pago", "2026-11-23T12:00:00+00:00", "2026-11-23T18:30+00:00"),
        ("Asia/Kathmandu", "2026-11-23T00:00:00+00:00", "2026-11-23T01:45+00:00"),
    ],
)
def test_it_is_half_past_seven_on_monday_where_the_reader_is(zone: str, after: str, due: str) -> None:
    found = next_due(datetime.fromisoformat(after), 0, HALF_PAST_SEVEN, ZoneInfo(zone))
    assert found == datetime.fromisoformat(due)


def test_a_time_that_the_clocks_leave_out_comes_once() -> None:
    zone = ZoneInfo("Europe/Copenhagen")  # on 29 March 2026 it is never half past two
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    first = next_due(before, 6, time(2, 30), zone)
    assert first.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert next_due(first, 6, time(2, 30), zone).astimezone(UTC) == datetime(2026, 4, 5, 0, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 6), st.times(), st.sampled_from(ZONES),
)  # fmt: skip
def test_the_next_one_is_later_and_at_most_a_week_and_two_hours_away(
    after: datetime, weekday: int, at: time, zone: str
) -> None:
    due = next_due(after, weekday, at.replace(fold=0, tzinfo=None), ZoneInfo(zone))
    assert due.weekday() == weekday
    assert timedelta() < due.astimezone(UTC) - after <= timedelta(days=7, hours=2)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 11, 29)) == date(2026, 11, 23) == monday_of(date(2026, 11, 23))
