"""What admins type in the set-up of follow-up: types and shapes, no writes."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from followup.models import Play, Playbook, RootCause, StepKind
from followup.services.playbooks import PlayDraft, StepDraft
from nps_project.accounts.models import Team, User

if TYPE_CHECKING:
    PlayModelForm = forms.ModelForm[Play]
else:
    PlayModelForm = forms.ModelForm

LANGUAGES = dict(settings.LANGUAGES)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SPARE_STEPS = 3  # empty rows below the steps


def _languages() -> list[str]:
    """The reader's own first."""
    own = (get_language() or "en").split("-")[0]
    return sorted(LANGUAGES, key=lambda code: code != own)


def _texts(data: dict[str, Any], prefix: str) -> dict[str, str]:
    """By language, those that were given."""
    return {code: text for code in LANGUAGES if (text := str(data.get(f"{prefix}_{code}") or "").strip())}


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
        widget=forms.NumberInput({"class": "input-short"}),
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
        fields = ("opens_ticket", "priority", "hours", "contact_by", "owner", "team")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.workers().filter(is_service=False)  # type: ignore[attr-defined]
        self.fields["warn_per_cent"].initial = round(100 * self.instance.warn_share)
        for code, name in LANGUAGES.items():
            self.fields[f"tells_{code}"] = forms.CharField(
                label=_("What this score tells (%(language)s)") % {"language": name},
                max_length=500,
                required=False,
                initial=self.instance.tells.get(code, ""),
                widget=forms.TextInput({"lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        """What the score tells is said in at least one language."""
        data = super().clean() or self.cleaned_data
        if not _texts(data, "tells"):
            self.add_error(f"tells_{_languages()[0]}", _("Say in at least one language what this score tells."))
        return data

    @property
    def first_text(self) -> forms.BoundField:
        """What the score tells, in the reader's language."""
        return self[f"tells_{_languages()[0]}"]

    @property
    def other_texts(self) -> list[forms.BoundField]:
        """The same in the other languages."""
        return [self[f"tells_{code}"] for code in _languages()[1:]]

    def draft(self, steps: tuple[StepDraft, ...]) -> PlayDraft:
        """The whole play as the service takes it."""
        data = self.cleaned_data
        names = ("opens_ticket", "priority", "hours", "contact_by", "owner", "team")
        fields = {name: data[name] for name in names}
        fields |= {"warn_share": data["warn_per_cent"] / 100, "tells": _texts(data, "tells")}
        return PlayDraft(fields, steps)


class StepForm(forms.Form):
    """One step of a play; a row without words is left out."""

    position = forms.IntegerField(label=_("Place"), min_value=1, max_value=99, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices, initial=StepKind.CUSTOM)
    is_required = forms.BooleanField(label=_("Required"), required=False, initial=True)
    leave_out = forms.BooleanField(label=_("Leave out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGES.items():
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Words (%(language)s)") % {"language": name},
                max_length=500,
                required=False,
                widget=forms.Textarea({"rows": 2, "lang": code}),
            )

    @property
    def first_text(self) -> forms.BoundField:
        """The words in the reader's language."""
        return self[f"text_{_languages()[0]}"]

    @property
    def other_texts(self) -> list[forms.BoundField]:
        """The words in the other languages."""
        return [self[f"text_{code}"] for code in _languages()[1:]]

    def clean(self) -> dict[str, Any]:
        """A stored step may be left out, but not emptied by mistake."""
        data = super().clean() or self.cleaned_data
        if not self.empty_permitted and not data.get("leave_out") and not _texts(data, "text"):
            self.add_error(f"text_{_languages()[0]}", _("Write what to do, or tick Leave out."))
        return data

    def draft(self) -> StepDraft | None:
        """The step, or None for a row that is empty or left out."""
        data = self.cleaned_data
        texts = _texts(data, "text")
        if not texts or data.get("leave_out"):
            return None
        return StepDraft(kind=data["kind"], texts=texts, is_required=data["is_required"])


if TYPE_CHECKING:
    StepFormSet = forms.BaseFormSet[StepForm]
else:
    StepFormSet = forms.BaseFormSet

_StepFormSet = forms.formset_factory(StepForm, extra=SPARE_STEPS, max_num=20, validate_max=True, absolute_max=24)


def step_formset(data: Any, play: Play) -> StepFormSet:
    """The rows of a play's steps, with a few empty ones below."""
    initial = [
        {"position": number, "kind": step.kind, "is_required": step.is_required}
        | {f"text_{code}": step.texts.get(code, "") for code in LANGUAGES}
        for number, step in enumerate(play.steps.all(), start=1)
    ]
    return _StepFormSet(data, initial=initial, prefix="steps")


def step_drafts(formset: StepFormSet) -> tuple[StepDraft, ...]:
    """The steps of a valid formset in the order of their places; a row without a place comes last."""
    rows = []
    for number, form in enumerate(formset.forms):
        draft = form.draft() if form.cleaned_data else None
        if draft is not None:
            rows.append((form.cleaned_data.get("position") or 100, number, draft))
    return tuple(draft for _place, _number, draft in sorted(rows, key=lambda row: row[:2]))


class CopyForm(forms.Form):
    """A name for a copy."""

    name = forms.CharField(label=_("Name of the copy"), max_length=100)

    def clean_name(self) -> str:
        """Not taken."""
        name = str(self.cleaned_data["name"])
        if Playbook.objects.filter(name=name).exists():
            raise ValidationError(_("Another playbook has this name."))
        return name


class SurveyPlaybookForm(forms.Form):
    """Which playbook a survey uses."""

    playbook = forms.ModelChoiceField(
        label=_("Playbook"), queryset=Playbook.objects.all(), empty_label=None, widget=forms.RadioSelect
    )


class CauseForm(forms.Form):
    """A root cause: names in each language, place, and whether it is in use."""

    parent = forms.ModelChoiceField(
        label=_("Part of"),
        queryset=RootCause.objects.none(),
        required=False,
        empty_label=_("Nothing: a cause of its own"),
    )
    position = forms.IntegerField(
        label=_("Place"), min_value=1, max_value=1000, widget=forms.NumberInput({"class": "input-short"})
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Off: old tickets keep it, new ones cannot take it.")
    )

    def __init__(self, *args: Any, cause: RootCause, **kwargs: Any) -> None:
        self.cause = cause
        initial = {"position": cause.position, "is_active": cause.is_active, "parent": cause.parent_id}
        initial |= {f"name_{code}": cause.names.get(code, "") for code in LANGUAGES}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGES.items():
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": name},
                max_length=100,
                required=code == "en",
                widget=forms.TextInput({"lang": code}),
            )
        tops = RootCause.objects.filter(parent=None).exclude(pk=cause.pk)
        self.fields["parent"].queryset = tops  # type: ignore[attr-defined]
        if cause.pk and cause.children.exists():
            del self.fields["parent"]  # two levels: what has parts is part of nothing
        self.order_fields([f"name_{code}" for code in LANGUAGES])

    def changes(self) -> dict[str, Any]:
        """What the service takes; a new cause gets a slug from its English name."""
        data = self.cleaned_data
        changes = {"names": _texts(data, "name"), "position": data["position"], "is_active": data["is_active"]}
        if "parent" in data:
            changes["parent"] = data["parent"]
        if not self.cause.pk:
            changes["slug"] = _free_slug(slugify(data["name_en"])[:50] or "cause")
        return changes


def _free_slug(wanted: str) -> str:
    taken = set(RootCause.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


class DomainsForm(forms.Form):
    """Mail domains, one a line."""

    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        max_length=10_000,
        help_text=_("One a line, such as example.com. Empty: only account managers with an account here are told."),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_domains(self) -> list[str]:
        """Lower case, without a leading @. Raises: ValidationError naming the first line that is no domain."""
        lines = [line.strip().lower().removeprefix("@") for line in str(self.cleaned_data["domains"]).splitlines()]
        for line in filter(None, lines):
            if not _DOMAIN.fullmatch(line):
                raise ValidationError(
                    _("%(line)s is not a mail domain. Write it like example.com.") % {"line": line[:80]}
                )
        return [line for line in lines if line]
