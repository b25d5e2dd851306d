"""The forms of campaigns: they check what managers type, and write nothing."""

from collections.abc import Iterator, Mapping
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.dates import TimeField
from nps_project.common.text import TextField
from surveys.campaigns.running.services import allowed_changes
from surveys.contacts import contact_filter, counting
from surveys.contacts.segments.services import sizes_of
from surveys.models import AskReason, Campaign, InvitationStatus, Segment, Survey, SurveyStatus
from surveys.models.campaign import LONGEST_DAYS, MOST_REMINDERS

if TYPE_CHECKING:
    SegmentModelChoiceField = forms.ModelChoiceField[Segment]
else:
    SegmentModelChoiceField = forms.ModelChoiceField

MOST_SEGMENTS = 100
LARGEST = 2_147_483_647
WEEKDAY_NAMES = [
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")),
    (6, _("Saturday")), (7, _("Sunday")),
]  # fmt: skip
_SHORT = {"class": "input-short"}
_WHOLE_DAY = time(0), time(23, 59, 59)
_FROM_1 = {"min_value": _("At least 1."), "invalid": _("Write a whole number."), "max_value": _("That is too many.")}
# What stands together: fields in one tuple beside each other.
_GROUPS: list[tuple[Any, list[tuple[str, ...]]]] = [
    ("", [("name",), ("survey",), ("segment",)]),
    (_("When mails leave"), [("start_at",), ("window_days",), ("window_from", "window_until"), ("daily_limit",)]),
    (_("Who is asked again"), [("reminders",), ("repeat_days",)]),
    (_("Only some of them"), [("sample_percent", "sample_count")]),
]


class SegmentChoice(SegmentModelChoiceField):
    """A segment, with the number of its contacts behind its name."""

    sizes: Mapping[int, int] = {}

    def label_from_instance(self, obj: Segment) -> str:
        size = self.sizes.get(obj.pk)
        return obj.name if size is None else f"{obj.name} ({counting.count_words(size)})"


class DaysField(SimpleArrayField):
    """Whole numbers of days with commas between them; whatever is wrong is said in one sentence."""

    def clean(self, value: Any) -> Any:
        """Raises: ValidationError."""
        try:
            return super().clean(value)
        except ValidationError as error:
            words = _("Write at most %(most)d whole numbers of days, from 1 to %(longest)d, such as 5, 12.")
            raise ValidationError(words, params={"most": MOST_REMINDERS, "longest": LONGEST_DAYS}) from error


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput({"type": "time", "class": "input-short"}, format="%H:%M")
    )


class CampaignForm(forms.Form):
    """Whom to ask, when, and how far it may go. Of a campaign that has started only what may still be changed."""

    name = TextField(label=_("Name"), max_length=200, help_text=_("For you and your colleagues."))
    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)
    segment = SegmentChoice(
        label=_("Whom to ask"), queryset=Segment.objects.none(), required=False, empty_label=_("All customers")
    )
    start_at = TimeField(
        label=_("Not before"), required=False, help_text=_("In your own time zone. Empty: when you press Start.")
    )
    sample_percent = forms.DecimalField(
        label=_("Only a part of them, in %"), required=False, min_value=Decimal("0.01"), max_value=100,
        decimal_places=2, widget=forms.NumberInput(_SHORT), help_text=_("Drawn by lot, and always the same ones."),
        error_messages={
            code: _("Write a number from 0.01 to 100.") for code in ("invalid", "min_value", "max_value",
                                                                      "max_decimal_places")
        },
    )  # fmt: skip
    sample_count = forms.IntegerField(
        label=_("Or so many of them"),
        required=False,
        min_value=1,
        max_value=LARGEST,
        widget=forms.NumberInput(_SHORT),
        help_text=_("Drawn by lot, too."),
        error_messages=_FROM_1,
    )
    daily_limit = forms.IntegerField(
        label=_("Mails a day at most"), required=False, min_value=1, max_value=LARGEST,
        widget=forms.NumberInput(_SHORT), error_messages=_FROM_1,
        help_text=_("A new sender begins small: some hundred a day, and more each day."),
    )  # fmt: skip
    window_days = forms.TypedMultipleChoiceField(
        label=_("Mails leave on"), choices=WEEKDAY_NAMES, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("In the customer’s own time zone. Without hours: all day."),
    )  # fmt: skip
    window_from = _hour(_("From"))
    window_until = _hour(_("Until"))
    reminders = DaysField(
        forms.IntegerField(min_value=1, max_value=LONGEST_DAYS),
        label=_("Reminders, days after the mail"),
        required=False,
        max_length=MOST_REMINDERS,
        help_text=_("To those who did not answer, such as 5, 12. Empty: none."),
        widget=forms.TextInput(_SHORT),
    )
    repeat_days = forms.IntegerField(
        label=_("Autopilot: ask everybody every so many days"), required=False, min_value=1, max_value=LONGEST_DAYS,
        widget=forms.NumberInput(_SHORT), error_messages=_FROM_1,
        help_text=_("Spread evenly over the days; new customers join automatically. Empty: once."),
    )  # fmt: skip

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(campaign) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        may = allowed_changes(campaign)
        for name in list(self.fields):
            if {"sample_percent": "sample_share"}.get(name, name) not in may:
                del self.fields[name]
        if "window_days" in self.fields:  # a label begins with a capital, which days do not have in every language
            self.fields["window_days"].choices = [  # type: ignore[attr-defined]
                (number, capfirst(name)) for number, name in WEEKDAY_NAMES
            ]
        if "survey" in self.fields:
            surveys = Survey.objects.visible_to(user).not_expired(timezone.now()).order_by("-pk")
            self.fields["survey"].queryset = surveys  # type: ignore[attr-defined]
            if self.initial.get("survey") is None:
                self.initial["survey"] = surveys.filter(status=SurveyStatus.LIVE).first()
        if "segment" in self.fields:
            self._offer_segments(user)

    def _offer_segments(self, user: User) -> None:
        """The newest segments, and the one that is chosen, each with the number of its contacts."""
        rows = contact_filter.segments_for(user)
        field: Any = self.fields["segment"]
        field.queryset = rows.order_by("name", "pk")
        everybody = counting.count_words(counting.count(contact_filter.listed_for(user)))
        field.empty_label = f"{_('All customers')} ({everybody})"
        field.sizes = sizes_of(list(rows.order_by("-pk")[:MOST_SEGMENTS]), user)

    def groups(self) -> Iterator[tuple[Any, list[list[forms.BoundField]]]]:
        """(title, rows of fields) of those that are there, for the page."""
        for title, rows in _GROUPS:
            found = [[self[name] for name in row if name in self.fields] for row in rows]
            if any(found):
                yield title, [row for row in found if row]

    def clean(self) -> dict[str, Any]:
        """Check what hangs together."""
        data = super().clean() or self.cleaned_data
        if data.get("sample_percent") is not None and data.get("sample_count") is not None:
            self.add_error("sample_count", _("Give either a part or a number."))
        if data.get("sample_count") is not None and data.get("repeat_days") is not None:
            self.add_error("sample_count", _("With the autopilot, give a part in place of a number."))
        days = data.get("repeat_days")
        if days is not None and data.get("reminders") and max(data["reminders"]) >= days:
            self.add_error("reminders", _("The last reminder has to leave before they are asked again."))
        if "window_from" in self.fields:
            self._check_window(data)
        return data

    def _check_window(self, data: dict[str, Any]) -> None:
        days, begin, end = data.get("window_days"), data.get("window_from"), data.get("window_until")
        if (begin is None) != (end is None):
            self.add_error("window_until", _("Give both times, or none."))
        elif begin is not None and end is not None and begin >= end:
            self.add_error("window_until", _("It has to be later than From."))
        elif begin is not None and not days:
            self.add_error("window_days", _("Tick at least one day, or leave the times empty."))

    def changes(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        if "sample_percent" in data:
            percent = data.pop("sample_percent")
            data["sample_share"] = None if percent is None else percent / 100
        if "window_days" in data:
            data["window_days"] = days = sorted(data["window_days"]) or None
            if data["window_from"] is None and days is not None:
                data["window_from"], data["window_until"] = _WHOLE_DAY
                if len(days) == len(WEEKDAY_NAMES):
                    data["window_days"] = data["window_from"] = data["window_until"] = None
        return data


def _initial(campaign: Campaign) -> dict[str, Any]:
    names = ("name", "survey", "segment", "start_at", "sample_count", "daily_limit", "window_days", "window_from",
             "window_until", "reminders", "repeat_days")  # fmt: skip
    found: dict[str, Any] = {name: getattr(campaign, f"{name}_id" if name in ("survey", "segment") else name)
                             for name in names}  # fmt: skip
    share = campaign.sample_share
    found["sample_percent"] = None if share is None else (share * 100).normalize()
    return found


class RecipientFilterForm(forms.Form):
    """Which recipients to list."""

    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *InvitationStatus.choices], required=False)
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("All")), *AskReason.choices], required=False)
