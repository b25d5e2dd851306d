"""The countries whose holidays are known, with their regions, as people name them."""

import json
import unicodedata
from functools import cache
from pathlib import Path

import holidays
from django.utils.translation import get_language

from nps_project.common.text import in_language

NAMES = Path(__file__).with_name("country_names.json")  # of the Unicode CLDR, in the languages of the product


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """The regions of each country, by the country's code."""
    return {code: tuple(regions) for code, regions in holidays.list_supported_countries(include_aliases=False).items()}


@cache
def _names() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(NAMES.read_text("utf-8"))
    return found


def country_name(code: str) -> str:
    """The country in the reader's language."""
    return in_language(_names().get(code, {})) or code


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of each country, in the order of the names in the reader's language."""
    named = [(code, country_name(code)) for code in countries()]
    return sorted(named, key=lambda row: _sorted_as(row[1]))


def _sorted_as(name: str) -> str:
    if (get_language() or "").startswith("da"):  # whose æ, ø and å are letters of their own, the last three
        return name.casefold().replace("æ", "zæ").replace("ø", "zø").replace("å", "zøå")
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign)).casefold()


@cache
def region_choices(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of the regions of a country, in the order of their names, in its own language."""
    regions = countries().get(country, ())
    if not regions:
        return ()
    aliases = type(holidays.country_holidays(country)).get_subdivision_aliases()
    named = [(code, next(iter(aliases.get(code, [])), code)) for code in regions]
    return tuple(sorted(named, key=lambda row: row[1].casefold()))


def region_name(country: str, code: str) -> str:
    """The region as its country calls it."""
    return dict(region_choices(country)).get(code, code)
