"""Filters from an allow-list; an unknown one is refused by name, never ignored."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from nps_project.api_errors import BadQuery

OF_ALL = {"expand", "format"}
OF_LISTS = OF_ALL | {"cursor", "page_size"}
YEARS = range(1900, 3000)  # far from where the arithmetic of dates ends


def refuse_unknown_filters(request: Request, allowed: set[str], prefixes: tuple[str, ...] = ()) -> None:
    """Raises: BadQuery naming each parameter that is neither allowed nor starts with a prefix."""
    unknown = sorted(name for name in request.query_params if name not in allowed and not name.startswith(prefixes))
    if unknown:
        names = ", ".join(sorted(allowed - {"format"}))
        raise BadQuery({name[:100]: [f"Unknown filter. Allowed: {names}."] for name in unknown})


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter on lists, with the refusal of unknown names. What is not a list has no filters."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if view.action in view.paged_actions - {"list"}:
            refuse_unknown_filters(request, OF_LISTS)
            return queryset
        if view.action != "list":
            refuse_unknown_filters(request, OF_ALL)
            return queryset
        filterset_class = self.get_filterset_class(view, queryset)
        names = set(filterset_class.base_filters) if filterset_class else set()
        refuse_unknown_filters(request, names | OF_LISTS)
        try:
            return super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            raise BadQuery(error.detail) from error


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 2**63 - 1})
class IdFilter(django_filters.Filter):
    """A whole number that may be an id."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=2**63 - 1, **kwargs)


def day_of(text: str) -> date | None:
    """2026-11-23 as a day; None for what is none. Raises: ValueError for a day that does not exist."""
    if len(text) != len("2026-11-23") or text[4] != "-" or text[7] != "-":
        return None
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(f"the year {day.year}")
    return day


class MomentField(forms.CharField):
    """A time with its offset, or a day of the company's zone: its start, or for `ends` the start of the next."""

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        self.ends = ends
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """An aware datetime, or None for nothing."""
        text = super().to_python(value)
        if not text:
            return None
        zone = ZoneInfo(settings.TIME_ZONE)
        try:
            day = day_of(text)
            if day is not None:
                return datetime.combine(day + timedelta(days=self.ends), time(), zone)
            at = parse_datetime(text.replace(" ", "+"))  # a bare + in an address is read as a space
            if at is None or at.year not in YEARS:
                raise ValueError(text)
        except ValueError as error:
            raise forms.ValidationError(
                "A day such as 2026-11-23, or a time such as 2026-11-23T09:00:00+01:00, is allowed."
            ) from error
        return at if at.tzinfo else at.replace(tzinfo=zone)


@extend_schema_field(
    {
        "type": "string",
        "description": "A day such as 2026-11-23, which `to` includes, or a time with offset, which `to` leaves out.",
    }
)
class MomentFilter(django_filters.Filter):
    """Since a time or the start of a day (gte), or before a time or the end of a day (lt)."""

    field_class = MomentField
