"""docs/clocks.md counts right: each worked example is counted again."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from followup.clocks.business_time import ALWAYS
from followup.clocks.calendars import service_hours
from followup.models import Calendar

GUIDE = (Path(__file__).resolve().parents[2] / "docs/clocks.md").read_text()
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ROWS = re.findall(
    r"^\| (\w{3}) (\S+ \S+) \| (\d+) \| (of the clock|of service) \| (\w{3}) (\S+ \S+) \|", GUIDE, re.MULTILINE
)


def moment(weekday: str, text: str) -> datetime:
    """With its weekday, which must be true."""
    found = datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)
    assert found.strftime("%a") == weekday, text
    return found


def test_there_are_examples_of_both_kinds() -> None:
    assert len(ROWS) == 9
    assert {row[3] for row in ROWS} == {"of the clock", "of service"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]} + {row[2]} {row[3]}")
def test_each_example_is_counted_as_it_says(row: tuple[str, ...]) -> None:
    week = {str(day): [["09:00", "17:00"]] for day in range(5)}
    office = Calendar(name="x", time_zone="Europe/Copenhagen", week=week, country="DK")
    hours = ALWAYS if row[3] == "of the clock" else service_hours(office, {})
    due = hours.add(moment(row[0], row[1]), timedelta(hours=int(row[2])).total_seconds())
    assert due == moment(row[4], row[5])
