"""Traits of customers and answers: what a typed text stands for, which rows have it, and whether a row does.

A trait is a short text, a number, true or false; whoever asks for one types text. Every door asks here.
"""

import math
import re
from collections.abc import Iterable, Mapping

from django.db.models import Q

Trait = str | int | float | bool
TRAIT_FILTER = "trait."  # before the name of a trait, where filters have names
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


def read_pair(text: str) -> tuple[str, str] | None:
    """The name and the value in a text such as `plan=gold`; None when one of them is missing."""
    name, _equals, value = (part.strip() for part in text.partition("="))
    return (name, value) if name and value else None


def meanings(text: str) -> list[Trait]:
    """The values that a typed text may stand for: itself, and the number, true or false that it writes."""
    found: list[Trait] = [text]
    if text.lower() in ("true", "false"):
        found.append(text.lower() == "true")
    elif number := _NUMBER.fullmatch(text):
        value = float(text) if number[2] or number[3] else int(text)
        found += [value] if math.isfinite(value) else []
    return found


def has_trait(traits: Mapping[str, object], name: str, text: str) -> bool:
    """Whether these traits have this value; the same rule as `having_trait`, for a row in memory."""
    if name not in traits:
        return False
    value = traits[name]  # True is 1 in Python, and not in JSON
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in meanings(text))


def has_one_of(traits: Mapping[str, object], name: str, texts: Iterable[object]) -> bool:
    """Whether the trait has one of these typed values."""
    return any(has_trait(traits, name, str(text)) for text in texts)


def having_trait(name: str, text: str, *, field: str = "traits") -> Q:
    """The filter for rows whose JSON field `field` has this value for the trait."""
    found = Q()
    for value in meanings(text):
        found |= Q(**{f"{field}__contains": {name: value}})
    return found


def as_text(value: object) -> str:
    """A trait's value as a person types it: `true`, `3.5`, `gold`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
