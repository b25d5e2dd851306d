"""What the asked and the customer base can be divided by: those of `segments/dimensions.py` that are known of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf

from followup.insights.segments.dimensions import DIMENSIONS, Dimension, dimension_of
from surveys.contacts.traits import TRAIT_FILTER
from surveys.models import InvitationChannel
from surveys.models.contact import COMPANY_TRAIT
from surveys.tallying.days.divisions import LANGUAGE, OF_ASK, trait_of

SEGMENT = "segment"
OF_CUSTOMERS = ("language", "company", "account_manager")  # and the traits
OF_ASKED = ("language", "channel", "survey", "team", "company", "account_manager")  # and the traits


@dataclass(frozen=True, slots=True)
class Divided:
    """One way to divide: the value of each row as text, null for none, and what the values are called."""

    label: Any
    value: Combinable
    names: Callable[[], Mapping[str, str]]


def of_customers(name: str, before: str = "") -> Divided | None:
    """A way to divide customers; None for one that is not known of them. `before`: the way to the contact, such as
    `contact__`."""
    dimension = dimension_of(name)
    if dimension is None:
        return None
    if name.startswith(TRAIT_FILTER):
        return _divided(dimension, trait_of(name.removeprefix(TRAIT_FILTER), field=f"{before}traits"))
    if name == "company":
        return _divided(dimension, NullIf(trait_of(COMPANY_TRAIT, field=f"{before}traits"), Value("")))
    if name in OF_CUSTOMERS:
        return _divided(dimension, NullIf(F(f"{before}{name}"), Value("")))
    return None


def of_asked(name: str) -> Divided | None:
    """A way to divide those who were asked; None for one that there is not, and for segments."""
    if name == "channel":
        return Divided(DIMENSIONS[name].label, F("channel"), channels)
    if name == LANGUAGE:
        return _divided(DIMENSIONS[name], OF_ASK[LANGUAGE]())
    if name in OF_ASKED and name not in OF_CUSTOMERS:
        return _divided(DIMENSIONS[name], F(DIMENSIONS[name].by_tally))
    return of_customers(name, "contact__")


def channels() -> dict[str, str]:
    """What the ways to be asked are called."""
    return {value: str(label) for value, label in InvitationChannel.choices}


def _divided(dimension: Dimension, value: Combinable) -> Divided:
    return Divided(dimension.label, Cast(value, TextField()), dimension.names)
