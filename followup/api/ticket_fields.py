"""Read-only fields of a ticket that apps above the API add."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import Combinable
from rest_framework import serializers


@dataclass(frozen=True, slots=True)
class Extra:
    """One field. `annotations`: what the query of tickets looks for on its behalf."""

    name: str
    field: Callable[[], serializers.Field[Any, Any, Any, Any]]
    annotations: Callable[[], Mapping[str, Combinable]]


_EXTRAS: list[Extra] = []


def add(extra: Extra) -> None:
    """Add a field, after those that are there; an app's ready() calls it."""
    _EXTRAS.append(extra)


def fields() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """New fields by name."""
    return {extra.name: extra.field() for extra in _EXTRAS}


def annotations() -> dict[str, Combinable]:
    """What the query of tickets looks for, on behalf of every field."""
    return {name: found for extra in _EXTRAS for name, found in extra.annotations().items()}
