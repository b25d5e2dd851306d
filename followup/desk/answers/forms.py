"""Forms of the answers' pages: filters read from an address, and the reason of a decision."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.desk.forms import survey_choices
from nps_project.common.dates import DayField
from nps_project.common.filter_form import FilterForm, choice
from nps_project.common.text import TextField
from surveys.contacts.traits import read_pair
from surveys.models import Channel, Group, Response, ResponseState, Survey
from surveys.scoring import SCORES


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Allowed: a time such as 09:05, beside a day.")},
    )


def _behind_a_figure(label: Any) -> TextField:
    return TextField(label=label, required=False, max_length=300, strip=False, widget=forms.HiddenInput)


class AnswerFilterForm(FilterForm):
    """The filters of the list of answers."""

    q = forms.CharField(
        label=_("Search the words"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    group = forms.ChoiceField(
        label=_("Group"), required=False, choices=[("", _("All")), *Group.choices], widget=forms.HiddenInput
    )
    score = choice(_("Score"), [(str(score), score) for score in SCORES])
    survey = choice(_("Survey"), [])
    language = choice(_("Language"), settings.LANGUAGES)
    channel = choice(_("Channel"), Channel.choices)
    from_ = DayField(label=_("From"), required=False)
    to = DayField(label=pgettext_lazy("last day", "To"), required=False)
    from_time = _time(_("From, time"))
    to_time = _time(pgettext_lazy("last minute", "To, time"))
    state = choice(pgettext_lazy("of an answer", "Counts"), ResponseState.choices)
    doubtful = choice(_("Waits for a decision"), [("true", _("Yes")), ("false", _("No"))])

    same_source = forms.IntegerField(
        label=_("From the same source as answer"), required=False, min_value=1, max_value=2**63 - 1,
        widget=forms.HiddenInput,
    )  # fmt: skip
    # What the links of figures choose; a chip above the list says so.
    team = _behind_a_figure(_("Team"))
    company = _behind_a_figure(_("Company"))
    account_manager = _behind_a_figure(_("Account manager"))
    trait = _behind_a_figure(_("Trait"))
    follows = forms.ChoiceField(
        label=_("After a ticket"), required=False, choices=[("", _("All")), ("true", _("Yes"))],
        widget=forms.HiddenInput,
    )  # fmt: skip
    said = _behind_a_figure(_("Word"))

    def __init__(self, *args: Any, surveys: Iterable[Survey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.surveys = surveys = list(surveys)
        fields: dict[str, Any] = self.fields
        fields["survey"].choices = [("", _("All")), *survey_choices(surveys)]
        fields["from"] = fields.pop("from_")
        names = ["q", "group", "score", "survey", "language", "channel", "state", "doubtful"]
        self.order_fields([*names, "from", "from_time", "to", "to_time", "same_source"])

    def clean_same_source(self) -> int | None:
        """The id of an answer that the reader may see."""
        found: int | None = self.cleaned_data["same_source"]
        if found is not None and not Response.objects.filter(pk=found, survey__in=self.surveys).exists():
            raise forms.ValidationError(gettext("Allowed: the number of an answer that you see."))
        return found

    def clean_trait(self) -> str:
        """As it is typed. Raises: ValidationError."""
        typed = str(self.cleaned_data["trait"])
        if typed and read_pair(typed) is None:
            raise forms.ValidationError(gettext("Write a trait as name=value, such as plan=gold."))
        return typed

    def clean(self) -> dict[str, Any]:
        """Refuse a time without its day, and a last minute before the first one of the same day."""
        data = super().clean() or self.cleaned_data
        for name in ("from", "to"):
            if data.get(f"{name}_time") is not None and not data.get(name):
                self.add_error(f"{name}_time", gettext("Choose its day, too."))
        first, last = data.get("from_time"), data.get("to_time")
        if first and last and data.get("from") and data.get("from") == data.get("to") and last < first:
            self.add_error("to_time", gettext("Allowed: the time with which the period begins, or a later one."))
        return data

    def chosen(self) -> dict[str, Any]:
        """The filters in use as services/answer_filter.py takes them; days and times are the company's."""
        zone, found = ZoneInfo(settings.TIME_ZONE), self.in_use()
        first, last = found.pop("from_time", None), found.pop("to_time", None)
        if "from" in found:
            found["from"] = datetime.combine(found["from"], first or time(), zone).isoformat()
        if "to" in found and last is not None:
            found["to"] = (datetime.combine(found["to"], last, zone) + timedelta(minutes=1)).isoformat()
        elif "to" in found:
            found["to"] = datetime.combine(found["to"] + timedelta(days=1), time(), zone).isoformat()
        return found

    def in_words(self) -> list[str]:
        """Each filter in use as "Score: 3"; the group is left out, for it has its tabs."""
        return [f"{self.fields[name].label}: {self._in_words(name)}" for name in self.in_use() if name != "group"]

    def _in_words(self, name: str) -> str:
        labels = {str(value): str(label) for value, label in getattr(self.fields[name], "choices", ())}
        return labels.get(self.data[name], str(self.data[name]))
