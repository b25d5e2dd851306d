"""The traits of a contact as rows of its form: each under its label, with its value."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.text import TextField
from surveys.contacts.trait_labels.choosing import Known
from surveys.contacts.trait_labels.known import known_traits
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import Trait, as_text
from surveys.models import Contact, TraitLabel
from surveys.models.contact import COMPANY_TRAIT
from surveys.models.trait import LONGEST_NAME

MOST_TRAITS, LONGEST_VALUE = 50, 200
PREFIX = "traits"


class TraitRow(forms.Form):
    """One trait and its value; without a value the contact does not have it."""

    name = TextField(max_length=LONGEST_NAME, widget=forms.HiddenInput)
    value = TextField(label=_("Value"), max_length=LONGEST_VALUE, required=False)

    def __init__(self, *args: Any, labels: TraitLabels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = labels.of(str(self["name"].value() or ""))
        self["value"].label = self.fields["value"].label


if TYPE_CHECKING:
    BaseFormSet = forms.BaseFormSet[TraitRow]
else:
    BaseFormSet = forms.BaseFormSet


class TraitRows(BaseFormSet):
    """The traits of a contact, but for the company, which has a field of its own."""

    def has_changed(self) -> bool:
        """Whether a value is another, or a row is new or gone."""
        return super().has_changed() or len(self.forms) != len(self.initial or ())

    def clean(self) -> None:
        """Refuse a trait that stands there twice."""
        names = [form.cleaned_data.get("name") for form in self.forms]
        if len(set(names)) < len(names):
            raise forms.ValidationError(gettext("Each trait can stand here once."))

    def traits(self, known: Mapping[str, Trait]) -> dict[str, Trait]:
        """The traits of valid rows. A value that stays as it is in `known` keeps its kind; else it is text."""
        found: dict[str, Trait] = {}
        for form in self.forms:
            name, value = form.cleaned_data["name"], form.cleaned_data["value"]
            if name in known and _as_typed(known[name]) == value:
                found[name] = known[name]
            elif value and name != COMPANY_TRAIT:
                found[name] = value
        return found


def _as_typed(value: Trait) -> str:
    """A value as it comes back from its field, which has one line."""
    return as_text(value).replace("\r", "").replace("\n", "").strip()


_FormSet = forms.formset_factory(
    TraitRow, formset=TraitRows, extra=0, max_num=MOST_TRAITS, validate_max=True, absolute_max=MOST_TRAITS + 1
)


def trait_rows(
    data: Any, contact: Contact, labels: TraitLabels, *, rows: Sequence[Mapping[str, Any]] | None = None
) -> TraitRows:
    """The rows of a contact's traits; of these `rows` instead, where they were typed and are not saved.

    A page that was sent without rows leaves the traits as they are: then they are not bound.
    """
    traits = sorted(contact.traits.items(), key=lambda pair: labels.of(pair[0]).casefold())
    stored = [{"name": name, "value": _as_typed(value)} for name, value in traits if name != COMPANY_TRAIT]
    sent = data if data and f"{PREFIX}-TOTAL_FORMS" in data else None
    initial = stored if rows is None else rows
    return cast(TraitRows, _FormSet(sent, initial=initial, prefix=PREFIX, form_kwargs={"labels": labels}))


def offered_traits(user: User) -> Known:
    """The traits that a person may choose among; of other teams' customers nothing is told, not even a name."""
    if user.sees_all_teams:
        return {name: values for name, values in known_traits().items() if name != COMPANY_TRAIT}
    return {name: () for name in TraitLabel.objects.values_list("name", flat=True) if name != COMPANY_TRAIT}
