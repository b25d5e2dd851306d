"""The form of a calendar: hours of each weekday, holidays, and the teams that work by it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.clocks import calendars
from followup.clocks.countries import country_choices, region_choices
from followup.errors import InvalidAction
from followup.models import Calendar
from nps_project.accounts.models import Team
from nps_project.common.text import TextField
from nps_project.common.zones import known_zones

FEWEST_TIMES = 2  # in which a day can be divided: before and after a break


def time_fields(before: str, times: int, label: Any) -> dict[str, forms.TimeField]:
    """The fields of the hours of one day: from and to, so many `times`, by name."""
    ends = (("from", _("from")), ("to", pgettext_lazy("until", "to")))
    return {
        f"{before}{number}_{end}": forms.TimeField(
            label=label,
            required=False,
            input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
            error_messages={"invalid": _("Allowed: a time such as 09:00.")},
            widget=forms.TimeInput(
                {"type": "time", "class": "input-time", "aria-label": f"{label}, {words} ({number + 1})"},
                format="%H:%M",
            ),
        )
        for number in range(times)
        for end, words in ends
    }


def hours_of_day(data: Mapping[str, Any], before: str, times: int) -> list[list[str]]:
    """The hours of a day as they are stored, from the values of its fields. Raises: ValidationError."""
    pairs = [(data.get(f"{before}{number}_from"), data.get(f"{before}{number}_to")) for number in range(times)]
    given = [pair for pair in pairs if pair != (None, None)]
    if any(None in pair for pair in given):
        raise ValidationError(gettext("Give both times: when it opens, and when it closes."))
    try:
        return calendars.read_intervals(", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in given))
    except InvalidAction as error:
        words = gettext(
            "“%(value)s” cannot be. The times follow one another, and each ends after it begins. A night is two: from "
            "22:00 to 00:00, and from 00:00 to 06:00 on the next day."
        )
        raise ValidationError(words % {"value": error.value}) from error


def shown_hours(intervals: Sequence[Sequence[str]], before: str) -> dict[str, time]:
    """The values of the fields of a day with these hours; its end at midnight is 00:00, as a clock shows it."""
    found: dict[str, time] = {}
    for number, (begin, end) in enumerate(intervals):
        closes = time() if end == "24:00" else time.fromisoformat(end)
        found |= {f"{before}{number}_from": time.fromisoformat(begin), f"{before}{number}_to": closes}
    return found


def times_asked(data: Mapping[str, Any] | None, least: int) -> int:
    """How many times of a day the page has, as the page says that was sent; else `least`."""
    given = str((data or {}).get("times", ""))
    wanted = int(given) if given.isascii() and given.isdecimal() and len(given) < 3 else least
    return min(max(wanted, FEWEST_TIMES), calendars.MOST_INTERVALS)


class CalendarForm(forms.Form):
    """Name, zone, hours of each weekday, holidays, and the teams that work by it. Own days are rows of their own."""

    name = TextField(label=_("Name"), max_length=100)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    times = forms.CharField(widget=forms.HiddenInput, required=False)
    country = forms.ChoiceField(label=_("Closed on the public holidays of"), required=False)
    subdivision = forms.ChoiceField(
        label=_("Region"),
        required=False,
        error_messages={"invalid_choice": _("No such region in this country. Choose one of the list.")},
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams that work by it"),
        queryset=Team.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: Any = None, *, calendar: Calendar, times: int, initial: Mapping[str, Any] | None = None
    ) -> None:
        """`times`: how many from and to each day has; `initial`: what was typed, in place of what is stored."""
        self.calendar, self.number_of_times = calendar, times
        super().__init__(data, initial={**_stored(calendar), **(initial or {}), "times": str(times)})
        zones = sorted(name for name in known_zones() if "/" in name and not name.startswith("Etc/"))
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            (name, name.replace("_", " ")) for name in (*zones, "UTC")
        ]
        self.fields["country"].choices = [("", _("None")), *country_choices()]  # type: ignore[attr-defined]
        self.regions = region_choices(str(self["country"].value() or ""))
        self.fields["subdivision"].choices = [("", _("The whole country")), *self.regions]  # type: ignore[attr-defined]
        for weekday in range(7):
            self.fields |= time_fields(f"day_{weekday}_", times, capfirst(WEEKDAYS[weekday]))

    def days_of_week(self) -> Iterator[dict[str, Any]]:
        """Each weekday with its pairs of fields and its faults."""
        for weekday in range(7):
            pairs = [
                (self[f"day_{weekday}_{number}_from"], self[f"day_{weekday}_{number}_to"])
                for number in range(self.number_of_times)
            ]
            faults = [fault for pair in pairs for field in pair for fault in field.errors] if self.is_bound else []
            yield {"label": capfirst(WEEKDAYS[weekday]), "pairs": pairs, "faults": faults}

    def clean(self) -> dict[str, Any]:
        """The values with `week` added; each error stands beside its field."""
        data = super().clean() or {}
        week = {}
        for weekday in range(7):
            try:
                week[str(weekday)] = hours_of_day(data, f"day_{weekday}_", self.number_of_times)
            except ValidationError as error:
                if not any(name.startswith(f"day_{weekday}_") for name in self.errors):
                    self.add_error(f"day_{weekday}_0_from", error)
        if not self.errors and not any(week.values()):
            self.add_error("day_0_0_from", gettext("Open at least one day a week, or no promise could ever be kept."))
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


def most_times(calendar: Calendar) -> int:
    """The most times that a weekday or an own day of a calendar is divided into, and those of a break at least."""
    days = calendar.days.all() if calendar.pk else ()
    return max([FEWEST_TIMES, *map(len, calendar.week.values()), *(len(row.intervals) for row in days)])


def _stored(calendar: Calendar) -> dict[str, Any]:
    week: dict[str, time] = {}
    for weekday in range(7):
        week |= shown_hours(calendar.week.get(str(weekday), ()), f"day_{weekday}_")
    return {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "country": calendar.country,
        "subdivision": calendar.subdivision,
        "teams": [row.team_id for row in calendar.teams.all()] if calendar.pk else [],
        **week,
    }
