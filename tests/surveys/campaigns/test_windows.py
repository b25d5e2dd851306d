"""The sending window, by the clock on the recipient's wall, also on the days on which clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.campaigns.pacing.windows import Window, is_open, opening

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
EVERY_DAY = frozenset(range(1, 8))
SECOND = timedelta(seconds=1)
FIRST, LAST = datetime(2026, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001  (hypothesis adds the zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-27T08:59:59+01:00", "2026-11-27T09:00+01:00"),
        ("2026-11-27T09:00+01:00", "2026-11-27T09:00+01:00"),
        ("2026-11-27T16:59:59+01:00", "2026-11-27T16:59:59+01:00"),
        ("2026-11-27T17:00+01:00", "2026-11-30T09:00+01:00"),  # from Friday to Monday
        ("2026-03-28T12:00+01:00", "2026-03-30T09:00+02:00"),  # over the night in which clocks go forward
    ],
)
def test_weekdays_from_nine_to_five(now: str, opens: str) -> None:
    weekdays = Window(frozenset(range(1, 6)), time(9), time(17))
    assert opening(weekdays, AMSTERDAM, at(now)) == at(opens)
    assert is_open(weekdays, AMSTERDAM, at(now)) is (at(now) == at(opens))
    assert opening(None, AMSTERDAM, at(now)) == at(now)


@pytest.mark.parametrize(
    ("begins", "ends", "opens", "closes"),
    [
        (time(1), time(4), "2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00"),  # four hours long
        (time(2, 30), time(4), "2026-10-25T02:30+01:00", "2026-10-25T04:00+01:00"),  # not at the first 2:30
        (time(1), time(2, 30), "2026-10-25T01:00+02:00", "2026-10-25T02:30+02:00"),
        (time(2, 15), time(2, 45), "2026-10-25T02:15+01:00", "2026-10-25T02:45+01:00"),
        (time(1), time(4), "2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00"),  # two hours long
        (time(2, 30), time(4), "2026-03-29T03:30+02:00", "2026-03-29T04:00+02:00"),  # there is no 2:30
        (time(2, 15), time(2, 45), "2026-03-29T03:15+02:00", "2026-03-29T03:45+02:00"),
    ],
)
def test_the_night_in_which_clocks_change(begins: time, ends: time, opens: str, closes: str) -> None:
    window = Window(EVERY_DAY, begins, ends)
    midnight = at(f"{opens[:10]}T00:00+02:00")
    assert opening(window, AMSTERDAM, midnight) == at(opens)
    assert is_open(window, AMSTERDAM, at(closes) - SECOND)
    assert not is_open(window, AMSTERDAM, at(closes))


@given(
    now=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    days=st.frozensets(st.integers(1, 7), min_size=1),
    minutes=st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] < pair[1]),
    zone=st.sampled_from([AMSTERDAM, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_it_opens_within_eight_days_and_by_the_clock(
    now: datetime, days: frozenset[int], minutes: tuple[int, int], zone: ZoneInfo
) -> None:
    begins, ends = (time(minute // 60, minute % 60) for minute in minutes)
    window = Window(days, begins, ends)
    opens = opening(window, zone, now)
    assert now <= opens <= now + timedelta(days=8, hours=2)
    assert is_open(window, zone, opens)
    local = opens.astimezone(zone)
    assert local.isoweekday() in days
    assert (
        begins <= local.time().replace(fold=0) < ends or local.utcoffset() != (local - timedelta(hours=4)).utcoffset()
    )
    if opens > now:
        assert not is_open(window, zone, opens - SECOND)
