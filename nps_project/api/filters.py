"""Filters from an allow-list; an unknown one is refused by name, never ignored."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

ALWAYS = {"cursor", "page_size", "expand", "format"}


def refuse_unknown_filters(request: Request, allowed: set[str], prefixes: tuple[str, ...] = ()) -> None:
    """Raises: ValidationError naming each parameter that is neither allowed nor starts with a prefix."""
    unknown = sorted(
        name for name in request.query_params if name not in allowed and not name.startswith(prefixes or ("\0",))
    )
    if unknown:
        names = ", ".join(sorted(allowed - {"format"}))
        raise ValidationError({name[:100]: [f"Unknown filter. Allowed: {names}."] for name in unknown})


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter, with the refusal of unknown names."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset_class = self.get_filterset_class(view, queryset)
        names = set(filterset_class.base_filters) if filterset_class else set()
        listed = ALWAYS if getattr(view, "action", "list") == "list" else {"expand", "format"}
        refuse_unknown_filters(request, names | listed)
        return super().filter_queryset(request, queryset, view)
