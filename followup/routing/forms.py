"""Forms of routing: rules, limits, absences."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.models import Absence, RouteTo, RoutingRule
from followup.routing import absences
from followup.routing.assignment import Rule
from nps_project.accounts.models import Team, User
from nps_project.common.dates import DayField
from nps_project.common.text import TextField
from surveys.models import Survey
from surveys.scoring import SCORES

LONGEST_ABSENCE = timedelta(days=366)
_PLAIN = ("name", "is_active", "scores", "languages", "value_from", "value_to", "to", "person", "team")


class RuleForm(forms.Form):
    """Conditions, and where a ticket goes that meets all of them."""

    name = TextField(label=_("Name"), max_length=100)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    scores = forms.TypedMultipleChoiceField(
        label=_("Scores"),
        choices=[(score, score) for score in SCORES],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every score."),
    )
    surveys = forms.ModelMultipleChoiceField(
        label=_("Surveys"),
        queryset=Survey.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every survey."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the answer"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every language."),
    )
    value_from = forms.DecimalField(label=_("Value from"), required=False, max_digits=14, decimal_places=2, min_value=0)
    value_to = forms.DecimalField(
        label=pgettext_lazy("most", "Value to"), required=False, max_digits=14, decimal_places=2, min_value=0
    )
    to = forms.ChoiceField(label=_("Goes to"), choices=RouteTo.choices, widget=forms.RadioSelect)
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("Choose")
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("name"), required=False, empty_label=_("Choose")
    )

    def __init__(self, data: Any = None, *, rule: RoutingRule, initial: Mapping[str, Any] | None = None) -> None:
        """`initial`: what was typed, in place of what is stored."""
        self.rule = rule
        stored = {name: getattr(rule, name) for name in _PLAIN}
        stored["surveys"] = list(rule.surveys.all()) if rule.pk else []
        super().__init__(data, initial=stored | dict(initial or {}))
        self.fields["person"].queryset = User.objects.workers().filter(is_service=False)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a rule without its target, and a range of values that ends before it begins."""
        data = super().clean() or {}
        for kind in (RouteTo.PERSON, RouteTo.TEAM):
            if data.get("to") == kind and not data.get(kind):
                self.add_error(kind, gettext("Choose one."))
        low, high = data.get("value_from"), data.get("value_to")
        if low is not None and high is not None and low > high:
            self.add_error("value_to", gettext("This is less than the value above."))
        return data

    def filled(self, traits: Mapping[str, list[str]]) -> Rule:
        """The rule as typed, not saved, with these conditions of traits."""
        data = self.cleaned_data | {"traits": dict(traits)}
        surveys = data.pop("surveys")
        for name, value in data.items():
            setattr(self.rule, name, value)
        self.rule.person = data["person"] if data["to"] == RouteTo.PERSON else None
        self.rule.team = data["team"] if data["to"] == RouteTo.TEAM else None
        return Rule(self.rule, frozenset(survey.pk for survey in surveys))


class AbsenceForm(forms.Form):
    """Days away, and who stands in."""

    person = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none(), empty_label=_("Choose"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    stand_in = forms.ModelChoiceField(
        label=_("Stand-in"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.workers().filter(is_service=False)
        self.fields["stand_in"].queryset = people.exclude(pk=user.pk)  # type: ignore[attr-defined]
        self.fields["person"].queryset = absences.arranged_by(user)  # type: ignore[attr-defined]
        if not user.is_at_least("manager"):
            del self.fields["person"]
            self.fixed: User | None = user
        else:
            self.fields["stand_in"].queryset = people  # type: ignore[attr-defined]
            self.fields["person"].initial = user.pk
            self.fixed = None

    def clean(self) -> dict[str, Any]:
        """Refuse days that are out of order, long past, too many, or taken by another absence."""
        data = super().clean() or {}
        person, first, last = self.fixed or data.get("person"), data.get("first_day"), data.get("last_day")
        if first and last and not first <= last <= first + LONGEST_ABSENCE:
            self.add_error("last_day", gettext("Choose a day from the first day on, within a year."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", gettext("These days are over."))
        elif first and last and person:
            other = Absence.objects.filter(person=person, first_day__lte=last, last_day__gte=first).first()
            if other is not None:
                words = gettext("%(person)s is away already from %(first)s to %(last)s.")
                self.add_error(
                    "first_day", words % {"person": person, "first": other.first_day, "last": other.last_day}
                )
        if person and data.get("stand_in") == person:
            self.add_error("stand_in", gettext("Choose somebody else."))
        return data | {"person": person}

    def save(self) -> Absence:
        """Store the absence."""
        data = self.cleaned_data
        return absences.save(**{name: data[name] for name in ("person", "first_day", "last_day", "stand_in")})
