"""Service hours over years of calendars: no hour counts twice, none in closed time, and more time is never sooner."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.clocks.business_time import ALWAYS, Closed, NeverOpenError, ServiceHours

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ZONES = [
    "Europe/Copenhagen", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
    "Africa/Cairo", "America/Havana", "Pacific/Apia",
]  # fmt: skip
OFFICE = [[(540, 1020)]] * 5 + [[], []]
SECOND = timedelta(seconds=1)


def at(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@st.composite
def a_day(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to three intervals, in order; they may touch, and reach midnight."""
    marks = sorted(draw(st.lists(st.integers(0, 96), max_size=6, unique=True)))
    return [(begin * 15, end * 15) for begin, end in zip(marks[::2], marks[1::2], strict=False)]


@st.composite
def calendars(draw: st.DrawFn) -> ServiceHours:
    week = draw(st.lists(a_day(), min_size=7, max_size=7))
    week[draw(st.integers(0, 6))] = [(480, 1000)]  # open at least once a week
    own = draw(st.dictionaries(st.dates(date(2015, 1, 1), date(2035, 1, 1)), a_day(), max_size=5))
    country = draw(st.sampled_from(["DK", "NL", "US", "IN", "AU"]))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    days = {day: ("own", intervals) for day, intervals in own.items()}
    return ServiceHours(zone, week, days, holidays.country_holidays(country))


times = st.datetimes(datetime(2015, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
lengths = st.integers(0, 300 * 3600)


@settings(max_examples=150, deadline=None)
@given(calendars(), times, lengths)
def test_a_deadline_comes_when_its_hours_are_spent_and_never_in_closed_time(
    hours: ServiceHours, start: datetime, seconds: int
) -> None:
    due = hours.add(start, seconds)
    assert due >= start + timedelta(seconds=seconds)
    assert hours.between(start, due) == seconds
    if seconds:
        assert hours.is_open(due - SECOND)
        assert hours.between(start, due - SECOND) == seconds - 1


@settings(max_examples=100, deadline=None)
@given(calendars(), times, st.lists(lengths, min_size=2, max_size=4))
def test_more_hours_and_a_later_start_are_never_sooner(hours: ServiceHours, start: datetime, some: list[int]) -> None:
    ordered = [hours.add(start, seconds) for seconds in sorted(some)]
    assert ordered == sorted(ordered)
    later = [hours.add(start + timedelta(hours=number * 5), some[0]) for number in range(4)]
    assert later == sorted(later)


@settings(max_examples=100, deadline=None)
@given(calendars(), times, lengths, lengths)
def test_a_promise_in_two_parts_ends_like_one(hours: ServiceHours, start: datetime, first: int, then: int) -> None:
    assert hours.add(hours.add(start, first), then) == hours.add(start, first + then)


@settings(max_examples=100, deadline=None)
@given(calendars(), times, st.integers(0, 40 * 86_400))
def test_open_and_closed_time_make_up_all_time(hours: ServiceHours, start: datetime, seconds: int) -> None:
    end = start + timedelta(seconds=seconds)
    closed = hours.closed(start, end)
    assert hours.between(start, end) + sum(part.seconds for part in closed) == seconds
    assert all(part.seconds > 0 for part in closed)


@settings(max_examples=60, deadline=None)
@given(calendars(), times)
def test_the_next_opening_is_open(hours: ServiceHours, start: datetime) -> None:
    opens = hours.next_open(start)
    assert opens >= start
    assert hours.is_open(opens)
    assert hours.between(start, opens) == 0


@settings(max_examples=60, deadline=None)
@given(calendars(), st.integers(2016, 2033))
def test_stretches_never_overlap_through_a_whole_year(hours: ServiceHours, year: int) -> None:
    stretches = [
        stretch for day in range(366) for stretch in hours.stretches_of(date(year, 1, 1) + timedelta(days=day))
    ]
    assert all(before[1] <= after[0] for before, after in pairwise(stretches))


def test_a_day_is_24_hours_through_the_nights_of_the_changed_clock() -> None:
    for start in (at("2026-03-28 12:00"), at("2026-10-24 12:00")):
        assert ALWAYS.add(start, 86_400) - start.astimezone(UTC) == timedelta(hours=24)
    night_shift = ServiceHours(COPENHAGEN, [[(0, 1440)]] * 7)
    assert night_shift.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == 23 * 3600
    assert night_shift.between(at("2026-10-25 00:00"), at("2026-10-26 00:00")) == 25 * 3600
    assert night_shift.add(at("2026-03-28 12:00"), 86_400) == at("2026-03-29 13:00")


@pytest.mark.parametrize(
    ("interval", "open_minutes"),
    [((120, 180), 0), ((135, 165), 0), ((90, 150), 30), ((150, 240), 60), ((90, 240), 90)],
)
def test_the_hour_that_the_clock_skips_is_not_open(interval: tuple[int, int], open_minutes: int) -> None:
    """In the night of 29 March 2026 Copenhagen goes from 02:00 to 03:00."""
    hours = ServiceHours(zone=ZoneInfo("Europe/Copenhagen"), week=[(interval,)] * 7)
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert hours.between(midnight, midnight + timedelta(hours=23)) == open_minutes * 60


def test_the_weekend_the_night_and_a_holiday_are_told_apart() -> None:
    hours = ServiceHours(
        COPENHAGEN,
        [[(540, 720), (780, 1020)]] * 5 + [[], []],
        own_days={date(2026, 12, 24): ("Christmas Eve, half a day", [(540, 720)])},
        holidays=holidays.country_holidays("DK", language="en_US"),
    )
    start, due = at("2026-12-24 11:00"), at("2026-12-28 10:00")
    assert hours.add(start, 2 * 3600) == due
    assert hours.closed(start, due) == [
        Closed("own_day", 12 * 3600, "Christmas Eve, half a day"),
        Closed("holiday", 24 * 3600, "Christmas Day"),
        Closed("holiday", 24 * 3600, "Second Day of Christmas"),
        Closed("weekend", 24 * 3600),
        Closed("night", 9 * 3600),
    ]
    assert [part.kind for part in hours.closed(at("2026-11-24 11:00"), at("2026-11-24 14:00"))] == ["break"]


def test_who_never_opens_is_told_so() -> None:
    with pytest.raises(NeverOpenError, match="no open hour"):
        ServiceHours(COPENHAGEN, [[]] * 7).add(at("2026-11-24 11:00"), 1)
    assert ServiceHours(COPENHAGEN, OFFICE).between(at("2026-11-24 11:00"), at("2026-11-23 11:00")) == 0
