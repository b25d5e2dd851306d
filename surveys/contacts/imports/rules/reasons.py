"""Why a row or a cell is refused, as codes that are stored, and in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# code: what is wrong and what is allowed; %s is the fault's detail.
WORDS: dict[str, Any] = {
    "email": _("This is no e-mail address."),
    "phone": _("A phone number has 5 to 15 digits, in at most 40 characters."),
    "long": _("This is longer than %s characters."),
    "language": _("This language is not known here; the field was left as it was. Known: %s."),
    "number": _("This is no amount of 0 or more, such as 1200.50 or 1.200,50, below 1,000,000,000,000."),
    "days": _("Allowed: a whole number from 1 to 3650."),
    "zone": _("This time zone is not known. Allowed: names such as Europe/Amsterdam."),
    "time": _("This is no day or time, such as 2026-11-23, 23-11-2026 or 2026-11-23 09:00, from 1900 to 2999."),
    "future": _("This lies in the future."),
    "yes": _("Allowed: yes or no."),
    "sign": _("A sign in here cannot be stored (NUL)."),
    "quote": _("A quotation mark opens here that is never closed."),
    "cells": _("This line has more cells than the header."),
    "nobody": _("Your own number, an e-mail address or a phone number is needed to know the customer by."),
    "twice": _("The same customer stands in line %s."),
    "two": _("Your own number and the address belong to two different customers."),
    "other_number": _("This address belongs to a customer with another number of yours: %s."),
    "many": _("Several customers have this phone number."),
    "other_team": _("This is a customer of another team."),
    "traits": _("A customer has at most 50 traits."),
    "taken": _("The database refuses this row: another customer may have this number or address since."),
}
CODES = tuple(WORDS)


def in_words(code: str, detail: str) -> str:
    """The reason in the language that is active."""
    words = str(WORDS[code])
    return words % detail if "%s" in words else words
