"""The conditions of a rule on traits: a row for each trait, with its known values to tick."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.models import RoutingRule
from nps_project.common.text import TextField
from surveys.contacts.trait_labels.choosing import Known
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.models.trait import LONGEST_NAME

MOST_TRAITS, MOST_VALUES, LONGEST_VALUE = 10, 60, 200


class TraitForm(forms.Form):
    """One trait, and the values of which it must have one."""

    name = TextField(max_length=LONGEST_NAME, widget=forms.HiddenInput)
    values = forms.MultipleChoiceField(
        label=_("Has one of these values"), required=False, widget=forms.CheckboxSelectMultiple
    )
    another = TextField(label=_("Another value"), required=False, max_length=LONGEST_VALUE)

    def __init__(self, *args: Any, known: Known, labels: TraitLabels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, field = str(self["name"].value() or ""), self["values"]
        self.label = labels.of(name)
        ticked = [str(value) for value in field.value() or ()]
        offered = dict.fromkeys([*known.get(name, ()), *ticked[:MOST_VALUES]])
        self.fields["values"].choices = [(value, value) for value in offered]  # type: ignore[attr-defined]
        field.label = self.label

    @property
    def has_values(self) -> bool:
        choices: Any = getattr(self.fields["values"], "choices", ())
        return bool(choices)

    def clean(self) -> dict[str, Any]:
        """Refuse a trait without a value."""
        if not self.wanted() and not self.errors:
            words = gettext("Tick a value, write one, or remove the condition.")
            self.add_error("values" if self.has_values else "another", words)
        return self.cleaned_data

    def wanted(self) -> list[str]:
        """The values that fit."""
        data = self.cleaned_data
        return list(dict.fromkeys(filter(None, [*data.get("values", ()), data.get("another", "")])))


if TYPE_CHECKING:
    BaseFormSet = forms.BaseFormSet[TraitForm]
else:
    BaseFormSet = forms.BaseFormSet


class TraitFormSet(BaseFormSet):
    """The conditions of a rule on traits; all must hold."""

    def has_changed(self) -> bool:
        """Whether a condition is another, new or gone."""
        return super().has_changed() or len(self.forms) != len(self.initial or ())

    def clean(self) -> None:
        """Refuse two conditions on one trait."""
        names = [form.cleaned_data.get("name") for form in self.forms]
        if len(set(names)) < len(names):
            raise forms.ValidationError(gettext("Each trait can stand here once."))

    def traits(self) -> dict[str, list[str]]:
        """The wanted values by trait, of valid rows."""
        return {form.cleaned_data["name"]: form.wanted() for form in self.forms}


_FormSet = forms.formset_factory(
    TraitForm, formset=TraitFormSet, extra=0, max_num=MOST_TRAITS, validate_max=True, absolute_max=MOST_TRAITS + 1
)


def trait_formset(
    data: Any, rule: RoutingRule, *, known: Known, labels: TraitLabels, rows: Sequence[Mapping[str, Any]] | None = None
) -> TraitFormSet:
    """The conditions of a rule on traits; of these `rows` instead, where they were typed and are not saved."""
    stored = [{"name": name, "values": list(values)} for name, values in sorted(rule.traits.items())]
    initial = stored if rows is None else rows
    kwargs = {"known": known, "labels": labels}
    return cast(TraitFormSet, _FormSet(data, initial=initial, prefix="traits", form_kwargs=kwargs))


def with_written_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it was typed, with the value that was written among those that are ticked."""
    written = str(row.get("another") or "").strip()
    values = [*(row.get("values") or ()), *([written] if written else [])]
    return {"name": row.get("name") or "", "values": list(dict.fromkeys(values))}
