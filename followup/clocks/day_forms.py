"""The days of its own that a calendar has: a row for each, with its hours if it has any."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.clocks.calendars import MOST_DAYS
from followup.clocks.forms import hours_of_day, shown_hours, time_fields
from followup.models import Calendar
from nps_project.common.dates import DayField
from nps_project.common.text import TextField


class OwnDayForm(forms.Form):
    """One day: closed, or with hours of its own."""

    day = DayField(label=_("Day"))
    name = TextField(label=_("Name"), max_length=100, required=False)

    def __init__(self, *args: Any, times: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number_of_times = times
        self.fields |= time_fields("at_", times, gettext("Open"))

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """From and to, of each time."""
        return [(self[f"at_{number}_from"], self[f"at_{number}_to"]) for number in range(self.number_of_times)]

    @property
    def faults_of_hours(self) -> list[str]:
        if not self.is_bound:
            return []
        return [str(fault) for pair in self.pairs for field in pair for fault in field.errors]

    def clean(self) -> dict[str, Any]:
        """The values with `intervals` added."""
        data = super().clean() or self.cleaned_data
        try:
            data["intervals"] = hours_of_day(data, "at_", self.number_of_times)
        except ValidationError as error:
            if not any(name.startswith("at_") for name in self.errors):
                self.add_error("at_0_from", error)
        return data


if TYPE_CHECKING:
    BaseFormSet = forms.BaseFormSet[OwnDayForm]
else:
    BaseFormSet = forms.BaseFormSet


class OwnDayFormSet(BaseFormSet):
    """The own days of a calendar."""

    def has_changed(self) -> bool:
        """Whether a day is another, new or gone."""
        return super().has_changed() or len(self.forms) != len(self.initial or ())

    def clean(self) -> None:
        """Refuse a day that stands there twice."""
        seen: set[date] = set()
        for form in self.forms:
            day = form.cleaned_data.get("day")
            if day in seen:
                form.add_error("day", gettext("%(day)s stands there twice.") % {"day": date_format(day, "DAY")})
            seen |= {day} if day else set()

    def own_days(self) -> dict[date, tuple[str, list[list[str]]]]:
        """Name and hours by day, as save_calendar takes them; of valid rows."""
        rows = (form.cleaned_data for form in self.forms)
        return {row["day"]: (row["name"], row["intervals"]) for row in rows}


_FormSet = forms.formset_factory(
    OwnDayForm, formset=OwnDayFormSet, extra=0, max_num=MOST_DAYS, validate_max=True, absolute_max=MOST_DAYS + 1
)


def day_formset(
    data: Any, calendar: Calendar, *, times: int, rows: Sequence[Mapping[str, Any]] | None = None
) -> OwnDayFormSet:
    """The own days of a calendar; these `rows` instead, where they were typed and are not saved."""
    days = calendar.days.all() if calendar.pk else ()
    stored = [{"day": row.day, "name": row.name} | shown_hours(row.intervals, "at_") for row in days]
    initial = stored if rows is None else rows
    return cast(OwnDayFormSet, _FormSet(data, initial=initial, prefix="days", form_kwargs={"times": times}))
