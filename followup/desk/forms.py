"""What people type on the desk: types and shapes; what it means is for the services."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.causes.fields import CauseField
from followup.models import AttemptChannel, AttemptResult, Outcome, RootCause, StepKind
from nps_project.accounts.models import Team, User
from nps_project.common import dates
from nps_project.common.text import TextField
from surveys.contacts.traits import read_pair
from surveys.models import Group, Survey
from surveys.scoring import SCORES

NOTE_MAX_LENGTH = 10_000
LONGEST_CALL_MIN = 24 * 60
MOST_TICKED = 20


def _words(label: Any, *, required: bool = False, help_text: Any = "") -> TextField:
    return TextField(
        label=label,
        required=required,
        max_length=NOTE_MAX_LENGTH,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChoiceWithDefault(forms.ChoiceField):
    """A choice that stands at its first value when nothing is sent."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


class AttemptForm(forms.Form):
    """A call, mail or visit."""

    result = forms.ChoiceField(label=_("What came of it?"), choices=AttemptResult.choices, widget=forms.RadioSelect)
    channel = ChoiceWithDefault(label=_("How"), choices=AttemptChannel.choices, initial=AttemptChannel.PHONE)
    at = dates.TimeField(label=_("When"), required=False, help_text=_("Empty: now."))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=LONGEST_CALL_MIN,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    note = _words(_("What was said"))

    def raised_ids(self) -> list[int]:
        """The reminders that are ticked as raised in this talk; what is no number is none."""
        ticked = self.data.getlist("raised") if isinstance(self.data, MultiValueDict) else []
        return [int(one) for one in ticked[:MOST_TICKED] if one.isascii() and one.isdigit() and len(one) < 19]

    def values(self) -> dict[str, Any]:
        """For the service: the length in seconds."""
        data = dict(self.cleaned_data)
        minutes = data.pop("minutes")
        length = int(timedelta(minutes=minutes).total_seconds()) if minutes is not None else None
        return data | {"duration_s": length}


class BulkForm(forms.Form):
    """What to do with the tickets that are ticked."""

    owner = forms.ModelChoiceField(
        label=_("To a person"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    team = forms.ModelChoiceField(
        label=_("Or to a team"), queryset=Team.objects.none(), required=False, empty_label=_("None")
    )
    until = dates.TimeField(label=_("Until"), required=False)
    tags = TextField(label=_("Tags, with commas"), required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.workers().filter(is_service=False)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """Something to write down."""

    text = _words(
        _("Note"),
        required=True,
        help_text=_("@ and a colleague’s name or address tells that colleague, such as @anna@example.com."),
    )


class AssignForm(forms.Form):
    """Whom a ticket is handed to: a person, or a team for anyone in it."""

    owner = forms.ModelChoiceField(
        label=_("To a person"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    team = forms.ModelChoiceField(
        label=_("Or to a team, for anyone in it"), queryset=Team.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.workers().filter(is_service=False)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]


class WaitForm(forms.Form):
    """Until when to leave a ticket alone, and why."""

    until = dates.TimeField(label=_("Until"), required=True)
    reason = _words(_("What for"))


# Steps with a record of their own: what is asked for beside the tick.
STEP_RECORDS = {
    StepKind.COMPENSATION: _("What you give"),
    StepKind.CRM: _("Its number or address in the CRM"),
    StepKind.NEXT_CONTACT: _("What to raise"),
}


class StepForm(forms.Form):
    """A tick on a step, with its record; amount and currency belong to a compensation."""

    step = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    done = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    currency = TextField(
        label=_("Currency"), required=False, max_length=3, widget=forms.TextInput(attrs={"class": "input-short"})
    )
    note = TextField(required=False, max_length=1000, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def ask_for(self, kind: str, *, currency: str = "") -> None:
        """Say what the record of this kind of step is; `currency`: what stands there to begin with."""
        self.fields["note"].label = STEP_RECORDS.get(StepKind(kind), _("Note"))
        self.fields["currency"].initial = currency

    def values(self) -> dict[str, Any]:
        """For the service; a currency alone, as it stands there to begin with, is none."""
        data = dict(self.cleaned_data)
        if data["amount"] is None:
            data["currency"] = ""
        return {"step_id": data.pop("step"), "done": data.pop("done") != "no", **data}


class ResolveForm(forms.Form):
    """How the follow-up ended, and why the customer was unhappy."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Outcome.choices, widget=forms.RadioSelect)
    root_cause = CauseField(
        label=_("Root cause"),
        empty_label=_("Choose one"),
        help_text=_("Why the customer was unhappy, as far as you know now."),
    )
    no_attempt_reason = _words(
        _("Why nobody contacted the customer"), required=True, help_text=_("No contact was logged on this ticket.")
    )
    note = _words(_("Note"))

    def __init__(self, *args: Any, has_attempt: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["root_cause"].offer()  # type: ignore[attr-defined]
        reason = self.fields["no_attempt_reason"]
        reason.error_messages["required"] = gettext("No contact was logged. Say why, or log a call first.")
        if has_attempt:
            reason.required = False
            if not self.data.get("no_attempt_reason"):  # what was typed before a colleague called is not lost
                del self.fields["no_attempt_reason"]


class PromiseForm(forms.Form):
    """What is promised to the customer, by whom, and by when."""

    text = TextField(label=_("What you promise"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    due_at = dates.TimeField(label=_("By when"), required=True)
    owner = forms.ModelChoiceField(
        label=_("Who sees to it"), queryset=User.objects.none(), required=False, empty_label=_("Me")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.workers().filter(is_service=False)  # type: ignore[attr-defined]


class PromiseKeptForm(forms.Form):
    """Which promise is kept."""

    promise = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    note = _words(_("Note"))


class PromiseWaivedForm(forms.Form):
    """Which promise falls away, and why."""

    promise = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    reason = _words(_("Why"), required=True)


class PromiseMovedForm(forms.Form):
    """Which promise gets another time, and how the customer agreed."""

    promise = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    due_at = dates.TimeField(label=_("By when now"), required=True)
    reason = _words(_("How the customer agreed"), required=True)


class RaisedForm(forms.Form):
    """What was raised with the customer."""

    reminder = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class ReopenForm(forms.Form):
    """Why a resolved ticket is taken up again."""

    reason = _words(_("Why"), required=True)


class FilterForm(forms.Form):
    """Filters of a list, from its address. A value that is not allowed is named with what is."""

    def faults(self) -> list[str]:
        """One sentence for each filter that could not be used."""
        return [
            gettext("%(field)s cannot be “%(value)s”. %(allowed)s")
            % {
                "field": self.fields[name].label or name,
                "value": str(self.data.get(name, ""))[:100],
                "allowed": self._allowed(name),
            }
            for name in self.errors
            if name in self.fields
        ]

    def _allowed(self, name: str) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            values = [str(value) for value, _label in field.choices if value != ""]  # type: ignore[misc,union-attr]
            return gettext("Allowed: %(values)s.") % {"values": ", ".join(values[:20]) or "–"}
        return " ".join(str(fault) for fault in self.errors[name])

    def clean(self) -> dict[str, Any]:
        """A range that ends before it begins is named, rather than found to be empty."""
        dates.refuse_backwards(self)
        return self.cleaned_data

    def in_use(self) -> dict[str, Any]:
        """The filters that are set and allowed."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def choice(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.ChoiceField:
    """One of these, or none for all."""
    return forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])


def survey_choices(surveys: Iterable[Survey]) -> list[tuple[str, str]]:
    """Short names with names."""
    return [(survey.slug, survey.name) for survey in surveys]


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )


class QueueFilterForm(FilterForm):
    """Which tickets stand on the desk."""

    q = TextField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    score = choice(_("Score"), [(str(score), score) for score in SCORES])
    group = choice(_("Group"), Group.choices)
    survey = choice(_("Survey"), [])
    owner = choice(_("Owner"), [])
    team = choice(_("Team"), [])
    language = choice(_("Language"), settings.LANGUAGES)
    due_state = choice(
        _("Clock"),
        [
            ("on_time", _("In time")), ("due_soon", _("Due soon")), ("overdue", _("Overdue")), ("met", _("Kept")),
            ("missed", _("Missed")), ("next_overdue", _("Next contact overdue")),
            ("solve_overdue", _("Not solved in time")),
        ],
    )  # fmt: skip
    cause = forms.ModelChoiceField(
        label=_("Root cause"),
        queryset=RootCause.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label=_("All"),
    )
    trait = TextField(
        label=_("Trait"), required=False, max_length=200, widget=forms.TextInput(attrs={"placeholder": "plan=gold"})
    )
    tag = TextField(label=_("Tag"), required=False, max_length=40)
    value_from = _amount(_("Value from"))
    value_to = _amount(pgettext_lazy("most", "Value to"))
    sort = choice(
        _("Order"),
        [
            ("queue", _("Most urgent")), ("score", _("Lowest score")), ("value", _("Highest value")),
            ("newest", _("Newest")), ("oldest", _("Oldest")),
        ],
    )  # fmt: skip

    def clean_trait(self) -> tuple[str, str] | None:
        """A name and a value. Raises: ValidationError."""
        typed = str(self.cleaned_data["trait"])
        pair = read_pair(typed)
        if typed and pair is None:
            raise forms.ValidationError(gettext("Write a trait as name=value, such as plan=gold."))
        return pair

    def __init__(
        self,
        *args: Any,
        surveys: Iterable[Survey],
        owners: Iterable[User],
        gone: Iterable[User],
        teams: Iterable[Team],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        everyone = [("me", _("Me")), ("none", _("Nobody")), *((str(owner.pk), str(owner)) for owner in owners)]
        everyone += [(str(owner.pk), gettext("%(name)s (has left)") % {"name": owner}) for owner in gone]
        fields: dict[str, Any] = self.fields
        fields["survey"].choices = [("", _("All")), *survey_choices(surveys)]
        fields["owner"].choices = [("", _("All")), *everyone]
        fields["team"].choices = [("", _("All")), *((str(team.pk), team.name) for team in teams)]


class KeptViewForm(forms.Form):
    """The name under which a view of the queue is kept, its filters as they stand in an address, and who sees it."""

    name = TextField(max_length=60)
    query = forms.CharField(required=False)
    is_shared = forms.BooleanField(required=False)
