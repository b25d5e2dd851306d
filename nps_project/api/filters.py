"""API filters from an allow-list; an unknown filter is refused by name, never ignored."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from nps_project.api.errors import BadQuery
from nps_project.common.dates import MomentField, refuse_backwards

OF_ALL = {"expand", "format"}
OF_LISTS = OF_ALL | {"cursor", "page_size"}


BLANK = "A value is needed. Leave the filter out to have all."


def refuse_unread_filters(request: Request, allowed: set[str], prefixes: tuple[str, ...] = ()) -> None:
    """Raises: BadQuery naming each parameter that would not be read: unknown, without a value, or given twice."""
    faults = {}
    for name, values in request.query_params.lists():
        if name not in allowed and not name.startswith(prefixes):
            names = ", ".join(sorted(allowed - {"format"}))
            faults[name[:100]] = [f"Unknown filter. Allowed: {names}."]
        elif not all(value.strip() for value in values):
            faults[name[:100]] = [BLANK]
        elif len(values) > 1:
            faults[name[:100]] = ["It is given more than once. Once is allowed."]
    if faults:
        raise BadQuery(dict(sorted(faults.items())))


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter on lists, with the refusal of what would not be read. What is not a list has no filters."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if view.action in view.paged_actions - {"list"}:
            refuse_unread_filters(request, OF_LISTS)
            return queryset
        if view.action != "list":
            refuse_unread_filters(request, OF_ALL)
            return queryset
        filterset_class = self.get_filterset_class(view, queryset)
        names = set(filterset_class.base_filters) if filterset_class else set()
        refuse_unread_filters(request, names | OF_LISTS, prefixes=getattr(filterset_class, "prefixes", ()))
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


@extend_schema_field(
    {
        "type": "string",
        "description": "A day such as 2026-11-23, which `to` includes, or a time with offset, which `to` leaves out.",
    }
)
class MomentFilter(django_filters.Filter):
    """Since a time or the start of a day (gte), or before a time or the end of a day (lt)."""

    field_class = MomentField


class PeriodForm(forms.Form):
    """Of filters with a beginning and an end."""

    def clean(self) -> dict[str, Any]:
        """In order; `to` as a day is read as the start of the next, so that one day earlier is the same moment."""
        found = self.cleaned_data
        refuse_backwards(self)
        if found.get("from") and found.get("from") == found.get("to"):
            self.add_error("to", "A time after 'from', or the same day, is allowed.")
        return found
