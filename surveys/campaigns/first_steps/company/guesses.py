"""What a browser tells of a company's language, country, zone and currency: an offer, never more."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

COUNTRY_OF_LANGUAGE = {"da": "dk", "nl": "nl"}
ZONES = {
    "dk": "Europe/Copenhagen", "nl": "Europe/Amsterdam", "be": "Europe/Brussels", "de": "Europe/Berlin",
    "at": "Europe/Vienna", "ch": "Europe/Zurich", "fr": "Europe/Paris", "es": "Europe/Madrid", "it": "Europe/Rome",
    "pt": "Europe/Lisbon", "ie": "Europe/Dublin", "gb": "Europe/London", "se": "Europe/Stockholm", "no": "Europe/Oslo",
    "fi": "Europe/Helsinki", "pl": "Europe/Warsaw", "cz": "Europe/Prague", "lu": "Europe/Luxembourg",
    "is": "Atlantic/Reykjavik", "nz": "Pacific/Auckland", "in": "Asia/Kolkata", "jp": "Asia/Tokyo",
}  # fmt: skip  # the zone of most people of a country
_OWN_CURRENCY = {
    "dk": "DKK", "ch": "CHF", "gb": "GBP", "se": "SEK", "no": "NOK", "pl": "PLN", "cz": "CZK", "is": "ISK",
    "nz": "NZD", "in": "INR", "jp": "JPY", "us": "USD", "ca": "CAD", "au": "AUD",
}  # fmt: skip
CURRENCIES = {zone: _OWN_CURRENCY.get(country, "EUR") for country, zone in ZONES.items()}  # by zone, for the script


@dataclass(frozen=True, slots=True)
class Guess:
    """What may be right; an empty text where nothing tells."""

    language: str = settings.LANGUAGE_CODE
    time_zone: str = ""
    currency: str = ""


def guess(accepted: str) -> Guess:
    """From an Accept-Language header such as "da-DK,en;q=0.5"."""
    tags = [tag for tag, weight in parse_accept_lang_header(accepted[:500]) if weight > 0]
    codes = dict(settings.LANGUAGES)
    language = next((code for tag in tags if (code := tag.partition("-")[0]) in codes), settings.LANGUAGE_CODE)
    country = next(_countries(tags), "")
    known = country in ZONES or country in _OWN_CURRENCY
    return Guess(language, ZONES.get(country, ""), _OWN_CURRENCY.get(country, "EUR") if known else "")


def _countries(tags: list[str]) -> Iterator[str]:
    for tag in tags:
        language, _dash, region = tag.partition("-")
        if country := region or COUNTRY_OF_LANGUAGE.get(language, ""):
            yield country
