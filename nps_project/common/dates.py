"""Read days and times from forms, filters and programs, all within one bound.

The bound lies far from the first and the last year that Python knows, so that no zone, no day more and no warning
before it ever leaves them. What lies outside is refused, with what is allowed.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2999
DAYS_ALLOWED = _("Allowed: a day such as 2026-11-23, from 1900-01-01 to 2999-12-31.")
TIMES_ALLOWED = _("Allowed: a time such as 2026-11-23 09:00, from 1900-01-01 to 2999-12-31.")


def company_day(at: datetime) -> date:
    """The day of the company's zone in which a time lies."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def in_company_zone(at: datetime | None) -> str:
    """A time for a table, ISO 8601 to the second with the offset of the company's zone; "" for none.

    Its day is the day of the company's figures, which it is not always in UTC.
    """
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds") if at else ""


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """When a day of the company's zone begins, and when the next one does."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def is_within(at: date) -> bool:
    """Whether a day or a time lies within the bound."""
    return FIRST_YEAR <= at.year <= LAST_YEAR


def read_day(text: str) -> date | None:
    """2026-11-23 as a day; None for what is none. Raises: ValueError for a day that does not exist or is too far."""
    if len(text) != len("2026-11-23") or text[4] != "-" or text[7] != "-":
        return None
    day = date.fromisoformat(text)
    if not is_within(day):
        raise ValueError(f"the year {day.year}")
    return day


class DayField(forms.DateField):
    """A day that a person chooses."""

    default_error_messages = {"invalid": DAYS_ALLOWED}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Raises: ValidationError."""
        day = super().to_python(value)
        if day is not None and not is_within(day):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class TimeField(forms.DateTimeField):
    """A time that a person chooses, in their own zone."""

    default_error_messages = {"invalid": TIMES_ALLOWED}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Raises: ValidationError."""
        at = super().to_python(value)
        if at is not None and not is_within(at):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return at


class MomentField(forms.CharField):
    """For programs: a time with its offset, or a day of the company's zone: its start, or for `ends` the next's."""

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        self.ends = ends
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """An aware datetime, or None for nothing. Raises: ValidationError."""
        text = super().to_python(value)
        if not text:
            return None
        zone = ZoneInfo(settings.TIME_ZONE)
        try:
            day = read_day(text)
            if day is not None:
                return datetime.combine(day + timedelta(days=self.ends), time(), zone)
            at = parse_datetime(text.replace(" ", "+"))  # a bare + in an address is read as a space
            if at is None or not is_within(at):
                raise ValueError(text)
        except ValueError as error:
            raise ValidationError(
                "A day such as 2026-11-23, or a time such as 2026-11-23T09:00:00+01:00, from 1900 to 2999 is allowed."
            ) from error
        return at if at.tzinfo else at.replace(tzinfo=zone)


# The two fields of each range that a filter may have, and what is said of one that ends before it begins.
RANGES = (
    ("from", "to", _("Allowed: the day with which the period begins, or a later one.")),
    ("value_from", "value_to", _("This is less than the value above.")),
)


def refuse_backwards(form: forms.Form) -> None:
    """Put a fault at the end of a range that ends before it begins, instead of finding nothing in it."""
    for first, last, words in RANGES:
        low, high = form.cleaned_data.get(first), form.cleaned_data.get(last)
        if low is not None and high is not None and high < low:
            form.add_error(last, words)
