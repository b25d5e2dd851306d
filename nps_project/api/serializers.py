"""Serializers that refuse unknown fields by name, and expand references on request."""

from datetime import date, datetime
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_project.common import dates
from nps_project.common.text import shown_leaves

DAYS_ALLOWED = f"A day such as 2026-11-23, from {dates.FIRST_YEAR} to {dates.LAST_YEAR}, is allowed."
TIMES_ALLOWED = f"A time from the year {dates.FIRST_YEAR} to {dates.LAST_YEAR} is allowed."


class TimeField(serializers.DateTimeField):
    """A time within the bound of all dates."""

    default_error_messages = dict.fromkeys(("overflow", "make_aware", "far"), TIMES_ALLOWED)

    def to_internal_value(self, value: Any) -> datetime:
        """Raises: ValidationError."""
        try:
            at: datetime = super().to_internal_value(value)
        except OverflowError:  # a time without an offset, of a zone's last hours
            self.fail("far")
        if not dates.is_within(at):
            self.fail("far")
        return at


class DayField(serializers.DateField):
    """A day within the bound of all dates."""

    default_error_messages = {"far": DAYS_ALLOWED}

    def to_internal_value(self, value: Any) -> date:
        """Raises: ValidationError."""
        day: date = super().to_internal_value(value)
        if not dates.is_within(day):
            self.fail("far")
        return day


class StrictMixin:
    """Refuses fields that the serializer does not take. Put it before a Serializer class."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            fields: dict[str, serializers.Field[Any, Any, Any, Any]] = self.fields  # type: ignore[attr-defined]
            writable = sorted(name for name, field in fields.items() if not field.read_only)
            unknown = sorted(str(name) for name in data if name not in writable)
            if unknown:
                allowed = ", ".join(writable) or "none"
                raise serializers.ValidationError(
                    {name[:100]: [f"Unknown field. Allowed: {allowed}."] for name in unknown}
                )
        return super().to_internal_value(shown_leaves(data))  # type: ignore[misc]


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 2**63 - 1})
class IdField(serializers.PrimaryKeyRelatedField[Any]):
    """A row by its id, given as a whole number; only rows that the caller may see."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not (isinstance(data, int) or (isinstance(data, str) and data.isdecimal())):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if not hasattr(rows, "visible_to"):
            return rows
        caller = self.context.get("caller")
        return rows.visible_to(caller) if caller else rows.none()


class StrictSerializer(StrictMixin, serializers.Serializer[Any]):
    """A plain serializer that refuses unknown fields."""


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer[Any]):
    """A model serializer that refuses unknown fields."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DateTimeField: TimeField,
        models.DateField: DayField,
    }


class ExpandMixin:
    """`expandable`: field to (serializer class, source). ?expand=a,b shows these whole instead of by id."""

    expandable: dict[str, type[serializers.BaseSerializer[Any]]] = {}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)  # type: ignore[misc]
        context: dict[str, Any] = self.context  # type: ignore[attr-defined]
        for name in context.get("expand", ()):
            if name in self.expandable and shown.get(name) is not None:
                inner = {key: value for key, value in context.items() if key != "expand"}
                shown[name] = self.expandable[name](getattr(instance, name), context=inner).data
        return shown
