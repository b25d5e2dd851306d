"""The form of a calendar."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.clocks import calendars
from followup.errors import InvalidAction
from followup.models import Calendar
from nps_project.accounts.models import Team
from nps_project.common import dates
from nps_project.common.text import TextField

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s+(.*))?", re.ASCII)
_HOURS_FIRST = re.compile(r"((?:\d{1,2}[:.]\d{2}\s*[-–]\s*\d{1,2}[:.]\d{2}[\s,;]*)*)(.*)")
OwnDays = dict[date, tuple[str, list[list[str]]]]


class CalendarForm(forms.Form):
    """Name, zone, hours of each weekday, holidays, own days, and the teams that work by it."""

    name = TextField(label=_("Name"), max_length=100)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    country = forms.ChoiceField(label=_("Closed on the public holidays of"), required=False)
    subdivision = TextField(
        label=_("Region"),
        required=False,
        max_length=10,
        help_text=_("Its code, where a region has holidays of its own, such as BY for Bavaria."),
        widget=forms.TextInput({"class": "input-short", "autocapitalize": "characters"}),
    )
    days = TextField(
        label=_("Days of your own"),
        required=False,
        max_length=20_000,
        help_text=_(
            "One a line: the day, its hours if it has any, and a name. “2026-12-24 09:00-12:00 Christmas Eve”, "
            "“2027-01-02 Stocktaking”. They go before weekdays and holidays."
        ),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams that work by it"),
        queryset=Team.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        self.calendar = calendar
        kwargs["initial"] = _initial(calendar)
        super().__init__(*args, **kwargs)
        zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        self.fields["time_zone"].choices = [(name, name) for name in (*zones, "UTC")]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("None")), *calendars.country_names()]  # type: ignore[attr-defined]
        for weekday in range(7):
            self.fields[f"day_{weekday}"] = TextField(
                label=WEEKDAYS[weekday],
                required=False,
                max_length=120,
                widget=forms.TextInput({"placeholder": _("closed"), "inputmode": "text"}),
            )
        hours = [f"day_{weekday}" for weekday in range(7)]
        self.fields["day_0"].help_text = gettext("Such as 09:00-12:30, 13:00-17:00. Empty: closed.")
        self.order_fields(["name", "time_zone", *hours, "country", "subdivision", "days", "teams"])

    def clean_days(self) -> OwnDays:
        """The own days, as (name, intervals) by day. Raises: ValidationError that names the line."""
        found: OwnDays = {}
        for line in filter(None, (line.strip() for line in str(self.cleaned_data["days"]).splitlines())):
            try:
                day, own = _own_day(line)
            except (InvalidAction, ValueError) as error:
                raise ValidationError(
                    gettext("“%(line)s” is no such line. Write it like 2026-12-24 09:00-12:00 Christmas Eve.")
                    % {"line": line[:80]}
                ) from error
            if day in found:
                raise ValidationError(gettext("%(day)s stands there twice.") % {"day": day.isoformat()})
            found[day] = own
        return found

    def clean(self) -> dict[str, Any]:
        """The values with `week` added; each error stands beside its field."""
        data = super().clean() or {}
        week = {}
        for weekday in range(7):
            name = f"day_{weekday}"
            try:
                week[str(weekday)] = calendars.read_intervals(data.get(name, ""))
            except InvalidAction as error:
                words = gettext(
                    "“%(value)s” are no hours. Write them in order, like 09:00-12:30, 13:00-17:00. A night is two: "
                    "22:00-24:00, and 00:00-06:00 on the next day."
                )
                self.add_error(name, words % {"value": error.value})
        if not self.errors and not any(week.values()):
            self.add_error("day_0", gettext("Open at least one day a week, or no promise could ever be kept."))
        regions = calendars.countries().get(data.get("country", ""), ())
        if data.get("subdivision") and data["subdivision"] not in regions:
            allowed = ", ".join(regions[:60]) or gettext("none")
            self.add_error("subdivision", gettext("No such region. Allowed here: %(allowed)s.") % {"allowed": allowed})
        taken = Calendar.objects.exclude(pk=self.calendar.pk).filter(name=data.get("name", ""))
        if taken.exists():
            self.add_error("name", gettext("Another calendar has this name."))
        return data | {"week": {day: intervals for day, intervals in week.items() if intervals}}

    def filled(self) -> Calendar:
        """The calendar as typed, not saved."""
        data = self.cleaned_data
        for name in ("name", "time_zone", "week", "country", "subdivision"):
            setattr(self.calendar, name, data[name])
        return self.calendar


def _own_day(line: str) -> tuple[date, tuple[str, list[list[str]]]]:
    """Raises: ValueError, InvalidAction."""
    match = _DAY.fullmatch(line)
    if match is None:
        raise ValueError(line)
    hours, name = _HOURS_FIRST.fullmatch(match[2] or "").groups()  # type: ignore[union-attr]  # it fits anything
    day = dates.read_day(match[1])
    if day is None:
        raise ValueError(line)
    return day, (name.strip()[:100], calendars.read_intervals(hours.strip(" ,;")))


def _initial(calendar: Calendar) -> Mapping[str, Any]:
    days = calendar.days.all() if calendar.pk else ()
    teams = [row.team_id for row in calendar.teams.all()] if calendar.pk else []
    lines = [
        " ".join(filter(None, (row.day.isoformat(), calendars.say_intervals(row.intervals), row.name))) for row in days
    ]
    week = {f"day_{day}": calendars.say_intervals(calendar.week.get(str(day), ())) for day in range(7)}
    return {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "country": calendar.country,
        "subdivision": calendar.subdivision,
        "days": "\n".join(lines),
        "teams": teams,
        **week,
    }
