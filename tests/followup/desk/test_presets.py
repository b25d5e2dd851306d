"""The times that a ticket offers for later."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from followup.clocks.business_time import ALWAYS, ServiceHours
from followup.desk.ticket.presets import later_times

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


def test_a_calendar_that_never_opens_offers_none() -> None:
    assert later_times(datetime(2026, 11, 27, 9, tzinfo=UTC), AMSTERDAM, NEVER) == []
