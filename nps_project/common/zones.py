"""Names of time zones, for forms and programs alike, and the zone of a country."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones


@cache
def known_zones() -> frozenset[str]:
    """All names of zones. The standard library reads a directory of 600 files for each call."""
    return frozenset(available_timezones())


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that a person may choose, in order: places such as Europe/Copenhagen, and UTC first."""
    places = (name for name in known_zones() if "/" in name and not name.startswith(("Etc/", "System")))
    return ("UTC", *sorted(places))


@cache
def _zones_of_countries() -> dict[str, list[str]]:
    """By the code of a country, its zones, as the database of time zones lists them."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _place, name, *_comment = line.split("\t")
            found.setdefault(country, []).append(name)
    return found


def zone_of_country(code: str) -> ZoneInfo | None:
    """The zone of a country by its two letters; None for one that has several, and for no country.

    Islands and exclaves far away are zones of their own: Spain and Portugal have several.
    """
    names = _zones_of_countries().get(code.upper(), [])
    return ZoneInfo(names[0]) if len(names) == 1 else None
