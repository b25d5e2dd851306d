"""Names of time zones, for forms and programs alike."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that a person may choose, in order: places such as Europe/Copenhagen, and UTC first."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "System")))
    return ("UTC", *sorted(places))
