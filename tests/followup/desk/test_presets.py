"""The times that a ticket offers for later."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from followup.clocks.business_time import ALWAYS, ServiceHours
from followup.desk.ticket.presets import later_times, when_they_are_in
from nps_project.common.zones import zone_of_country

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WORKING = ServiceHours(zone=AMSTERDAM, week=[[(8 * 60, 18 * 60)]] * 5 + [[], []])
NEVER = ServiceHours(zone=AMSTERDAM, week=[[]] * 7)


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ("2026-11-27 08:30:40", ALWAYS, ["27 10:30", "27 14:00", "28 09:00"]),
        ("2026-11-27 13:10:00", ALWAYS, ["27 15:10", "28 09:00"]),
        ("2026-11-27 08:30:00", WORKING, ["27 10:30", "27 14:00", "30 08:00"]),
        ("2026-11-27 17:30:00", WORKING, ["30 08:00"]),
        ("2026-11-27 23:30:00", ALWAYS, ["28 01:30", "28 09:00"]),
    ],
)
def test_times_lie_in_the_hours_of_the_team(at: str, hours: ServiceHours, expected: list[str]) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM).astimezone(UTC)
    assert [f"{one:%d %H:%M}" for one in later_times(now, AMSTERDAM, hours)] == expected


@pytest.mark.parametrize(
    ("due", "hours", "expected"),
    [
        ("27 15:09", ALWAYS, ["27 14:05", "27 15:10", "28 09:00"]),  # all others are too late: half-way, in fives
        ("27 15:10", ALWAYS, ["27 15:10", "28 09:00"]),
        ("27 13:18", ALWAYS, ["27 15:10", "28 09:00"]),  # no five minutes are left
        ("27 13:09", ALWAYS, ["27 15:10", "28 09:00"]),
    ],
)
def test_one_time_lies_before_the_deadline_where_there_is_room(
    due: str, hours: ServiceHours, expected: list[str]
) -> None:
    now = datetime(2026, 11, 27, 13, 10, tzinfo=AMSTERDAM).astimezone(UTC)
    until = datetime.fromisoformat(f"2026-11-{due}").replace(tzinfo=AMSTERDAM)
    assert [f"{one:%d %H:%M}" for one in later_times(now, AMSTERDAM, hours, until)] == expected


def test_a_calendar_that_never_opens_offers_none() -> None:
    assert later_times(datetime(2026, 11, 27, 9, tzinfo=UTC), AMSTERDAM, NEVER) == []


@pytest.mark.parametrize(
    ("at", "country", "hours", "expected"),
    [
        ("2026-11-27 08:30", "JP", ALWAYS, None),  # Friday, 16:30 with them: now
        ("2026-11-27 10:00", "JP", ALWAYS, "30 09:00"),
        ("2026-11-27 10:00", "JP", WORKING, "30 16:00"),  # the team begins at eight
        ("2026-11-27 10:00", "FJ", WORKING, None),  # never in at once
        ("2026-11-27 06:00", "DK", WORKING, "27 09:00"),
        ("2026-11-27 17:30", "DK", WORKING, "30 09:00"),
        ("2026-11-27 10:00", "DK", WORKING, None),
        ("2026-11-27 10:00", "DK", NEVER, None),
    ],
)
def test_when_the_customer_is_in_the_team_is_too(
    at: str, country: str, hours: ServiceHours, expected: str | None
) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM).astimezone(UTC)
    theirs = zone_of_country(country)
    assert theirs is not None
    found = when_they_are_in(now, theirs, hours)
    assert (f"{found:%d %H:%M}" if found else None) == expected


def test_a_country_with_many_zones_has_none() -> None:
    assert zone_of_country("us") is None
    assert zone_of_country("") is None
    assert zone_of_country("nl") == ZoneInfo("Europe/Amsterdam")
