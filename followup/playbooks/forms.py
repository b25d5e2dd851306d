"""Forms of the set-up of playbooks; services store what they hold."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from followup.models import EscalateTo, EscalationLevel, Play, Playbook
from followup.playbooks.services import LevelDraft, PlayDraft, StepDraft
from nps_project.accounts.models import Team, User
from nps_project.common import dates
from nps_project.common.text import TextField, texts_by_language

if TYPE_CHECKING:
    PlayModelForm = forms.ModelForm[Play]
else:
    PlayModelForm = forms.ModelForm

LANGUAGES = dict(settings.LANGUAGES)
MOST_LEVELS = 3
CURRENCIES = (
    "AUD", "BGN", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HUF", "ISK", "JPY", "NOK", "NZD", "PLN", "RON", "SEK",
    "TRY", "UAH", "USD", "ZAR",
)  # fmt: skip
PLACEHOLDERS = frozenset({"name", "company", "brand", "score"})  # what the words to a customer may be filled with
_FILLED = re.compile(r"\{([^{}]*)\}")
_PLAIN = (
    "opens_ticket", "priority", "hours", "hours_run", "solve_hours", "solve_hours_run", "wait_limit_hours",
    "service_hours_only", "contact_by", "compensation_limit", "compensation_currency", "owner", "team",
    "ask_again_days", "reply_hours", "offers_call_slots",
)  # fmt: skip
_WORDS = {
    "call_script": (_("What to say"), 4),
    "mail_subject": (_("Subject of the mail"), 1),
    "mail_body": (_("Words of the mail"), 6),
}


def languages() -> list[str]:
    """The codes of the product's languages, the reader's own first."""
    own = (get_language() or "en").split("-")[0]
    return sorted(LANGUAGES, key=lambda code: code != own)


class PlayForm(PlayModelForm):
    """What one score asks for, without its steps."""

    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody: anyone in the team")
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("The survey's team")
    )
    hours = forms.IntegerField(
        label=_("First contact within (hours)"),
        min_value=1,
        max_value=8760,
        required=False,
        help_text=_("Empty: no clock."),
        widget=forms.NumberInput({"class": "input-short", "placeholder": " "}),
    )
    solve_hours = forms.IntegerField(
        label=_("Solved within (hours)"),
        min_value=1,
        max_value=8760,
        required=False,
        help_text=_("Empty: no clock."),
        widget=forms.NumberInput({"class": "input-short", "placeholder": " "}),
    )
    wait_limit_hours = forms.IntegerField(
        label=_("Waiting stops that clock for at most (hours)"),
        min_value=0,
        max_value=8760,
        help_text=_("Counted as hours of the clock."),
        widget=forms.NumberInput({"class": "input-short"}),
    )
    reply_hours = forms.IntegerField(
        label=_("Answer a message of the customer within (hours)"),
        min_value=1,
        max_value=8760,
        required=False,
        help_text=_("Counted from the message, in the same hours as the first contact. Empty: no clock."),
        widget=forms.NumberInput({"class": "input-short", "placeholder": " "}),
    )
    ask_again_days = forms.IntegerField(
        label=_("Ask the customer again after (days)"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Counted from resolving. Empty: not asked."),
        widget=forms.NumberInput({"class": "input-short", "placeholder": " "}),
    )
    compensation_currency = forms.ChoiceField(
        label=_("Currency"), required=False, widget=forms.Select({"class": "input-short"})
    )
    warn_per_cent = forms.IntegerField(
        label=_("Warn when this much of the time is left (%)"),
        min_value=0,
        max_value=100,
        initial=25,
        help_text=_("25 is a quarter: 6 of 24 hours."),
        widget=forms.NumberInput({"class": "input-short"}),
    )

    class Meta:
        model = Play
        fields = _PLAIN
        labels = {"hours_run": _("These hours are"), "solve_hours_run": _("These hours are")}
        help_texts = {
            "offers_call_slots": _(
                "Times of the coming days within the team’s hours (without a calendar: Monday to Friday, 9 to 17), "
                "before the first contact none after its deadline. What the customer chooses on their page is the "
                "promise."
            )
        }
        widgets = {
            "compensation_limit": forms.NumberInput({"class": "input-short", "placeholder": " "}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.workers().filter(is_service=False)  # type: ignore[attr-defined]
        self.fields["warn_per_cent"].initial = round(100 * self.instance.warn_share)
        known = sorted({*CURRENCIES, self.instance.compensation_currency} - {""})
        self.fields["compensation_currency"].choices = [("", _("Choose")), *((code, code) for code in known)]  # type: ignore[attr-defined]
        for code, name in LANGUAGES.items():
            self.fields[f"tells_{code}"] = TextField(
                label=_("What this score tells (%(language)s)") % {"language": name},
                max_length=500,
                required=False,
                initial=self.instance.tells.get(code, ""),
                widget=forms.TextInput({"lang": code}),
            )
            for field, (label, rows) in _WORDS.items():
                self.fields[f"{field}_{code}"] = TextField(
                    label=f"{label} ({name})",
                    max_length=4000,
                    required=False,
                    initial=getattr(self.instance, field).get(code, ""),
                    widget=forms.Textarea({"lang": code, "rows": rows}),
                )
        levels = list(self.instance.levels.all()) if self.instance.pk else []
        for number in range(1, MOST_LEVELS + 1):
            level = levels[number - 1] if number <= len(levels) else None
            self._add_level(number, level)

    def _add_level(self, number: int, level: EscalationLevel | None) -> None:
        people = User.objects.people()
        self.fields[f"level{number}_hours"] = forms.IntegerField(
            label=_("Level %(number)d: hours after the deadline") % {"number": number},
            min_value=1,
            max_value=8760,
            required=False,
            initial=level.hours_after if level else None,
            widget=forms.NumberInput({"class": "input-short", "placeholder": " "}),
        )
        self.fields[f"level{number}_to"] = forms.ChoiceField(
            label=_("Who is told"),
            choices=EscalateTo.choices,
            required=False,
            initial=level.to if level else EscalateTo.MANAGERS,
        )
        self.fields[f"level{number}_person"] = forms.ModelChoiceField(
            label=_("Person"),
            queryset=people,
            required=False,
            empty_label=_("None"),
            initial=level.person_id if level else None,
        )

    def levels(self) -> tuple[LevelDraft, ...]:
        """The levels that have hours, in the order of those hours."""
        data = self.cleaned_data
        drafts = [
            LevelDraft(hours, to, data[f"level{number}_person"] if to == EscalateTo.PERSON else None)
            for number in range(1, MOST_LEVELS + 1)
            if (hours := data[f"level{number}_hours"]) and (to := data[f"level{number}_to"] or EscalateTo.MANAGERS)
        ]
        return tuple(sorted(drafts, key=lambda draft: draft.hours_after))

    def clean(self) -> dict[str, Any]:
        """Refuse texts without a language, unknown placeholders, and a level to a person that names nobody."""
        data = super().clean() or self.cleaned_data
        for number in range(1, MOST_LEVELS + 1):
            wants_person = data.get(f"level{number}_hours") and data.get(f"level{number}_to") == EscalateTo.PERSON
            if wants_person and not data.get(f"level{number}_person"):
                self.add_error(f"level{number}_person", _("Choose who is told."))
        for name in [f"{field}_{code}" for field in _WORDS for code in LANGUAGES]:
            unknown = sorted(set(_FILLED.findall(str(data.get(name) or ""))) - PLACEHOLDERS)
            if unknown:
                allowed = ", ".join(f"{{{word}}}" for word in sorted(PLACEHOLDERS))
                words = _("{%(word)s} is not known here. Allowed: %(allowed)s.")
                self.add_error(name, words % {"word": unknown[0][:40], "allowed": allowed})
        if data.get("compensation_limit") is not None and not data.get("compensation_currency"):
            self.add_error("compensation_currency", _("Choose the currency of the compensation."))
        if not texts_by_language(data, "tells"):
            self.add_error(f"tells_{languages()[0]}", _("Say in at least one language what this score tells."))
        return data

    @property
    def first_text(self) -> forms.BoundField:
        """The field of what the score tells, in the reader's language."""
        return self[f"tells_{languages()[0]}"]

    @property
    def texts_in_other_languages(self) -> list[forms.BoundField]:
        """The same in the other languages."""
        return [self[f"tells_{code}"] for code in languages()[1:]]

    def draft(self, steps: tuple[StepDraft, ...]) -> PlayDraft:
        """The play as services.save_plays takes it."""
        data = self.cleaned_data
        fields = {name: data[name] for name in _PLAIN}
        fields |= {"warn_share": data["warn_per_cent"] / 100, "tells": texts_by_language(data, "tells")}
        fields |= {field: texts_by_language(data, field) for field in _WORDS}
        return PlayDraft(fields, steps, self.levels())

    @property
    def first_words(self) -> list[forms.BoundField]:
        """The fields of the call script and the mail, in the reader's language."""
        return [self[f"{field}_{languages()[0]}"] for field in _WORDS]

    @property
    def other_words(self) -> list[forms.BoundField]:
        """The same fields in the other languages."""
        return [self[f"{field}_{code}"] for code in languages()[1:] for field in _WORDS]

    @property
    def level_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each level."""
        names = ("hours", "to", "person")
        return [[self[f"level{number}_{name}"] for name in names] for number in range(1, MOST_LEVELS + 1)]


class CopyForm(forms.Form):
    """The name of a copied playbook."""

    name = TextField(label=_("Name of the copy"), max_length=100)

    def clean_name(self) -> str:
        """Refuse a name that another playbook has."""
        name = str(self.cleaned_data["name"])
        if Playbook.objects.filter(name=name).exists():
            raise ValidationError(_("Another playbook has this name."))
        return name


class SurveyPlaybookForm(forms.Form):
    """Which playbook a survey uses."""

    playbook = forms.ModelChoiceField(
        label=_("Playbook"), queryset=Playbook.objects.all(), empty_label=None, widget=forms.RadioSelect
    )
    churn_recorded_since = dates.DayField(
        label=_("Customers who left are recorded since"),
        required=False,
        help_text=_(
            "On tickets, contacts, by the API or an import. From this day on the figures of recovery count who "
            "was still a customer after 90 days. Empty: nobody records it."
        ),
    )
