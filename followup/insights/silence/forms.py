"""The filters of the page about the silent, and the form that draws a call list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.insights.figures.periods import Period
from followup.insights.overview.forms import MOST_DAYS, PeriodForm
from followup.insights.segments.dimensions import DIMENSIONS
from followup.insights.silence.calls.frame import MOST_DRAWN
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.dimensions import OF_ASKED, OF_CUSTOMERS, SEGMENT
from nps_project.accounts.models import User
from nps_project.common.dates import DayField
from nps_project.common.filter_form import choice
from nps_project.common.text import TextField
from surveys.contacts.trait_labels.known import traits_seen_by
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import TRAIT_FILTER
from surveys.models import Campaign, Survey, SurveyStatus
from surveys.models.contact import COMPANY_TRAIT

STANDARD = "language"
MOST_CAMPAIGNS = 100


class SilenceForm(PeriodForm):
    """Survey, campaign and period; by what the asked are divided, and the customer base."""

    campaign = choice(_("Campaign"), [])
    by = choice(_("Who is silent, by"), [])
    weigh = choice(_("Weighted by"), [])

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        fields: dict[str, Any] = self.fields
        del fields["with"]
        self._user = user
        self._traits: list[tuple[str, str]] | None = None
        self.campaigns = list(Campaign.objects.visible_to(user).order_by("-pk")[:MOST_CAMPAIGNS])
        fields["campaign"].choices = [("", _("All")), *((str(one.pk), one.name) for one in self.campaigns)]
        fields["by"].choices = lambda: [*_named(OF_ASKED), (SEGMENT, _("Segment")), *self._of_traits()]
        fields["weigh"].choices = lambda: [*_named(OF_CUSTOMERS), *self._of_traits()]
        self.order_fields(["survey", "campaign", "from", "to", "by", "weigh"])

    def _of_traits(self) -> list[tuple[str, str]]:
        """Every trait that this person may know of, read once."""
        if self._traits is None:
            labels = TraitLabels()
            known = [name for name in traits_seen_by(self._user) if name != COMPANY_TRAIT]
            taken = [_("Segment"), *(label for _name, label in _named(OF_ASKED))]
            self._traits = [(f"{TRAIT_FILTER}{name}", labels.beside(name, taken)) for name in known]
        return self._traits

    def divided_by(self) -> str:
        """What those who were asked are divided by."""
        return str(self.in_use().get("by") or STANDARD)

    def weighed_by(self) -> str:
        """What the customer base is divided by."""
        return str(self.in_use().get("weigh") or STANDARD)

    def scope(self) -> Scope:
        """Which asks are meant."""
        chosen = str(self.in_use().get("campaign") or "")
        campaign = next((one for one in self.campaigns if str(one.pk) == chosen), None)
        return Scope(self.surveys(self._user), self.period(), campaign)


def _named(names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, DIMENSIONS[name].label) for name in names]


class DrawForm(forms.Form):
    """Of whom, and how many: a number or a share of the silent customers who can be called."""

    name = TextField(label=_("Name"), max_length=200, help_text=_("For your own people, such as “Autumn, the silent”."))
    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), required=False, empty_label="–")
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.none(), required=False, empty_label=_("All who were asked"),
        help_text=_("Only those whom this campaign asked; its survey counts then, whatever is chosen above."),
    )  # fmt: skip
    from_ = DayField(label=_("Asked from"))
    to = DayField(label=pgettext_lazy("last day", "To"))
    number = forms.IntegerField(
        label=_("Number of customers"), required=False, min_value=1, max_value=MOST_DRAWN,
        widget=forms.NumberInput({"class": "input-short"}),
    )  # fmt: skip
    percent = forms.DecimalField(
        label=_("or per cent of those who can be called"), required=False, min_value=0, max_value=100,
        max_digits=5, decimal_places=2, widget=forms.NumberInput({"class": "input-short"}),
        help_text=format_lazy(_("At most {n} customers are drawn."), n=MOST_DRAWN),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["from"] = fields.pop("from_")
        live = Survey.objects.visible_to(user).filter(status=SurveyStatus.LIVE)
        fields["survey"].queryset = live.not_expired(timezone.now())
        fields["campaign"].queryset = Campaign.objects.visible_to(user).filter(survey__status=SurveyStatus.LIVE)
        self.order_fields(["name", "survey", "campaign", "from", "to", "number", "percent"])

    def clean(self) -> dict[str, Any]:
        """Check what hangs together; a campaign brings its survey."""
        data = super().clean() or self.cleaned_data
        if data.get("campaign"):
            data["survey"] = data["campaign"].survey
        elif not data.get("survey") and "survey" not in self.errors and "campaign" not in self.errors:
            self.add_error("survey", _("Choose a survey, or a campaign."))
        if not data.get("number") and not data.get("percent") and not {"number", "percent"} & set(self.errors):
            self.add_error("number", _("Give a number from 1, or a share above 0."))
        elif data.get("number") and data.get("percent"):
            self.add_error("percent", _("Give either a number or a share."))
        first, last = data.get("from"), data.get("to")
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            self.add_error("to", _("Allowed: the first day or a later one, at most three years in all."))
        return data

    def scope(self) -> Scope:
        """Of a valid form."""
        data = self.cleaned_data
        surveys = Survey.objects.filter(pk=data["survey"].pk)
        return Scope(surveys, Period(data["from"], data["to"]), data.get("campaign"))
