"""Forms of trials; services store what they hold."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.insights.trials.estimate import needed
from followup.models import Playbook
from followup.playbooks.services import plays_of
from followup.playbooks.trials.models import LEAST_WINDOW, LONGEST_WINDOW
from followup.playbooks.trials.services import Plan
from followup.playbooks.versions import surveys_of
from nps_project.common.dates import DayField, company_day
from nps_project.common.text import TextField
from surveys.models import Survey

_SHORT = {"class": "input-short"}
LONGEST = timedelta(days=730)


def today(at: datetime) -> Any:
    """The company's day."""
    return company_day(at)


class PlanForm(forms.Form):
    """What is fixed before a trial starts. How many customers it needs follows from the shares."""

    name = TextField(label=_("Name"), max_length=100, help_text=_("What is tried, such as “Call instead of mail”."))
    expectation = TextField(
        label=_("What you expect, and why"),
        max_length=2000,
        help_text=_("Kept as it stands here, and shown beside the result."),
        widget=forms.Textarea({"rows": 3}),
    )
    scores = forms.TypedMultipleChoiceField(
        label=_("Scores"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("Whose tickets open with one of these scores is drawn."),
    )  # fmt: skip
    surveys = forms.ModelMultipleChoiceField(
        label=_("Only these surveys"), queryset=Survey.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all that use this playbook."),
    )  # fmt: skip
    baseline = forms.IntegerField(
        label=_("Come back better as it is (%)"), min_value=1, max_value=98, widget=forms.NumberInput(_SHORT)
    )
    effect = forms.IntegerField(
        label=_("Effect worth finding (points)"), min_value=1, max_value=98, widget=forms.NumberInput(_SHORT),
        help_text=_("10 is from 20 % to 30 %. A small effect needs many customers."),
    )  # fmt: skip
    window_days = forms.IntegerField(
        label=_("A second score counts for (days)"), min_value=LEAST_WINDOW, max_value=LONGEST_WINDOW,
        widget=forms.NumberInput(_SHORT),
        help_text=_("From the opening of the ticket. Who gives none until then counts as not come back."),
    )  # fmt: skip
    last_day = DayField(label=_("Last day of drawing"), help_text=_("It ends sooner when enough customers are drawn."))

    def __init__(self, *args: Any, playbook: Playbook, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        opening = [score for score, play in sorted(plays_of(playbook).items()) if play.opens_ticket]
        self.fields["scores"].choices = [(score, str(score)) for score in opening]  # type: ignore[attr-defined]
        self.fields["surveys"].queryset = surveys_of(playbook).order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse shares above all customers, and a last day that is over or far away."""
        data = super().clean() or self.cleaned_data
        baseline, effect, last_day = data.get("baseline"), data.get("effect"), data.get("last_day")
        if baseline and effect and baseline + effect > 99:
            words = _("With %(effect)d points more, %(sum)d %% would come back; at most 99 %% can.")
            self.add_error("effect", words % {"effect": effect, "sum": baseline + effect})
        day = today(self.at)
        if last_day and not day <= last_day <= day + LONGEST:
            words = _("%(day)s is not from today to %(last)s.")
            self.add_error("last_day", words % {"day": last_day.isoformat(), "last": (day + LONGEST).isoformat()})
        return data

    def plan(self) -> Plan:
        """The plan, of a valid form, with the number of customers that it needs."""
        data = dict(self.cleaned_data)
        size = needed(data["baseline"] / 100, data["effect"] / 100)
        return Plan(**data | {"surveys": list(data["surveys"]), "per_arm": size})


class StopForm(forms.Form):
    """Why a trial is stopped before its time."""

    reason = TextField(
        label=_("Why it is stopped"), max_length=1000, widget=forms.Textarea({"rows": 2}),
        help_text=_("Kept and shown. It will have no result."),
    )  # fmt: skip
