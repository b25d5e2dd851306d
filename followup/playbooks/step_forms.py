"""The forms of a play's steps: one for each, in the order in which they are to be done."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.models import Play, StepKind
from followup.playbooks.forms import LANGUAGES, languages
from followup.playbooks.services import StepDraft
from nps_project.common.text import TextField, texts_by_language

MOST_STEPS = 20
NEW_STEP: Mapping[str, Any] = {"kind": StepKind.CUSTOM, "is_required": True}


class StepForm(forms.Form):
    """One step of a play."""

    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices, initial=StepKind.CUSTOM)
    is_required = forms.BooleanField(label=_("Required"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGES.items():
            self.fields[f"text_{code}"] = TextField(
                label=_("Words (%(language)s)") % {"language": name},
                max_length=500,
                required=False,
                widget=forms.Textarea({"rows": 2, "lang": code}),
            )

    @property
    def first_text(self) -> forms.BoundField:
        """The field of the text in the reader's language."""
        return self[f"text_{languages()[0]}"]

    @property
    def texts_in_other_languages(self) -> list[forms.BoundField]:
        """The words in the other languages."""
        return [self[f"text_{code}"] for code in languages()[1:]]

    @property
    def has_faults(self) -> bool:
        return self.is_bound and bool(self.errors)

    @property
    def kind_words(self) -> str:
        """The kind that is chosen."""
        kinds: Mapping[str, Any] = dict(StepKind.choices)
        return str(kinds.get(str(self["kind"].value()), "–"))

    @property
    def words(self) -> str:
        """The step in one line, as it stands in the form: its kind and what to do."""
        kind = self.kind_words
        text = next((text for code in languages() if (text := str(self[f"text_{code}"].value() or "").strip())), "")
        return f"{kind}: {' '.join(text.split())}" if text else kind

    def clean(self) -> dict[str, Any]:
        """Refuse a step without words."""
        data = super().clean() or self.cleaned_data
        if not texts_by_language(data, "text"):
            self.add_error(f"text_{languages()[0]}", _("Write what to do, or remove the step."))
        return data

    def draft(self) -> StepDraft:
        """The step, of a valid form."""
        data = self.cleaned_data
        return StepDraft(kind=data["kind"], texts=texts_by_language(data, "text"), is_required=data["is_required"])


if TYPE_CHECKING:
    BaseStepFormSet = forms.BaseFormSet[StepForm]
else:
    BaseStepFormSet = forms.BaseFormSet


class StepFormSet(BaseStepFormSet):
    """The steps of a play, in their order."""

    def has_changed(self) -> bool:
        """Whether a step is another, new, gone, or in another place."""
        return super().has_changed() or len(self.forms) != len(self.initial or ())


_StepFormSet = forms.formset_factory(
    StepForm, formset=StepFormSet, extra=0, max_num=MOST_STEPS, validate_max=True, absolute_max=MOST_STEPS + 4
)


def step_formset(data: Any, play: Play, *, rows: Sequence[Mapping[str, Any]] | None = None) -> StepFormSet:
    """The forms of a play's steps; of these `rows` instead, where they were typed and are not saved."""
    stored = [
        {"kind": step.kind, "is_required": step.is_required}
        | {f"text_{code}": step.texts.get(code, "") for code in LANGUAGES}
        for step in play.steps.all()
    ]
    return cast(StepFormSet, _StepFormSet(data, initial=stored if rows is None else rows, prefix="steps"))


def step_drafts(formset: StepFormSet) -> tuple[StepDraft, ...]:
    """The steps of a valid formset, in their order."""
    return tuple(form.draft() for form in formset.forms)
