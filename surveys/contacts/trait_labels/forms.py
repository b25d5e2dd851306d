"""The form of traits: a row for each, with its labels and whether answers are counted by it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import TextField, texts_by_language
from surveys.contacts.trait_labels.labels import readable
from surveys.models import TraitLabel
from surveys.models.trait import LONGEST_LABEL, LONGEST_NAME
from surveys.tallying.models import MOST_TRAITS, MarkedTrait, State

LANGUAGES = dict(settings.LANGUAGES)
MOST = 250


class TraitLabelForm(forms.Form):
    """The labels of one trait, and whether answers are counted by it; its name is typed in a new row only."""

    name = TextField(
        label=_("Name, as programs and links write it"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "none"}),
    )
    is_new = forms.BooleanField(required=False, widget=forms.HiddenInput)
    is_counted = forms.BooleanField(label=_("Count answers by this trait"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self["is_new"].value() or self["is_new"].value() == "False":
            self.fields["name"].widget = forms.HiddenInput()
        name = str(self["name"].value() or "")
        for code, language in LANGUAGES.items():
            self.fields[f"label_{code}"] = TextField(
                label=_("Label (%(language)s)") % {"language": language},
                max_length=LONGEST_LABEL,
                required=False,
                widget=forms.TextInput({"lang": code, "placeholder": readable(name) if code == _own() else ""}),
            )

    @property
    def title(self) -> str:
        """What the trait is called now."""
        return readable(str(self["name"].value() or ""))

    @property
    def is_named_here(self) -> bool:
        return not self["name"].is_hidden

    @property
    def first_label(self) -> forms.BoundField:
        """The label in the reader's language."""
        return self[f"label_{_own()}"]

    @property
    def other_labels(self) -> list[forms.BoundField]:
        return [self[f"label_{code}"] for code in LANGUAGES if code != _own()]

    @property
    def has_faults(self) -> bool:
        return self.is_bound and bool(self.errors)


def _own() -> str:
    code = (get_language() or "en").split("-")[0]
    return code if code in LANGUAGES else "en"


if TYPE_CHECKING:
    BaseFormSet = forms.BaseFormSet[TraitLabelForm]
else:
    BaseFormSet = forms.BaseFormSet


class TraitLabelFormSet(BaseFormSet):
    """The rows of all traits."""

    def has_changed(self) -> bool:
        """Whether a label is another, or a row is new or gone."""
        return super().has_changed() or len(self.forms) != len(self.initial or ())

    def clean(self) -> None:
        """Refuse a name that is there twice, a label that two traits have, and more counted traits than allowed."""
        names: set[str] = set()
        taken: set[tuple[str, str]] = set()
        counted = 0
        for form in self.forms:
            name = form.cleaned_data.get("name", "")
            if name in names:
                form.add_error("name", gettext("This trait stands here already."))
            names.add(name)
            for code, label in texts_by_language(form.cleaned_data, "label").items():
                if (code, label.casefold()) in taken:
                    form.add_error(f"label_{code}", gettext("Another trait has this label."))
                taken.add((code, label.casefold()))
            counted += bool(form.cleaned_data.get("is_counted"))
            if form.cleaned_data.get("is_counted") and counted > MOST_TRAITS:
                fault = gettext("Answers can be counted by at most %(most)d traits.")
                form.add_error("is_counted", fault % {"most": MOST_TRAITS})

    def labels(self) -> dict[str, dict[str, str]]:
        """The labels by trait and language, of valid rows."""
        return {form.cleaned_data["name"]: texts_by_language(form.cleaned_data, "label") for form in self.forms}

    def counted(self) -> list[str]:
        """The traits that answers are to be counted by, of valid rows."""
        return [form.cleaned_data["name"] for form in self.forms if form.cleaned_data["is_counted"]]


_FormSet = forms.formset_factory(
    TraitLabelForm, formset=TraitLabelFormSet, extra=0, max_num=MOST, validate_max=True, absolute_max=MOST + 1
)


def label_formset(
    data: Any,
    names: Sequence[str],
    marks: Mapping[str, MarkedTrait],
    *,
    rows: Sequence[Mapping[str, Any]] | None = None,
) -> TraitLabelFormSet:
    """The rows of these traits and of the marked ones, with what is stored; of these `rows` instead, where they were
    typed."""
    stored = {row.name: row.labels for row in TraitLabel.objects.all()}
    others = sorted({*names, *stored}.difference(marks))[: MOST - len(marks)]
    known = [
        {"name": name, "is_counted": name in marks and marks[name].state != State.REFUSED}
        | {f"label_{code}": stored.get(name, {}).get(code, "") for code in LANGUAGES}
        for name in sorted([*marks, *others])
    ]
    return cast(TraitLabelFormSet, _FormSet(data, initial=known if rows is None else rows, prefix="traits"))
