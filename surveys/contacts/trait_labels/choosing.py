"""Choosing a trait among those that are known, for the rows of a form."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import TextField
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.models.trait import LONGEST_NAME

ANOTHER = "*"  # the choice of a trait that no customer has yet
Known = Mapping[str, Sequence[str]]  # the usual values of each trait


class NewTraitForm(forms.Form):
    """The trait of a row to add."""

    trait = forms.ChoiceField(label=_("Trait"), required=False)
    name = TextField(
        label=_("Its name, as programs write it"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "none"}),
    )
    prefix = "new"

    def __init__(self, data: Any = None, *, known: Known, labels: TraitLabels, taken: Sequence[str]) -> None:
        super().__init__(data)
        free = sorted(((name, labels.of(name)) for name in known if name not in taken), key=lambda pair: pair[1])
        choices = [("", _("Choose")), *free, (ANOTHER, _("One that no customer has yet"))]
        self.fields["trait"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> str:
        """The name of the chosen trait as it was sent, valid or not; "" for none."""
        chosen = str(self["trait"].data or "")
        return str(self["name"].data or "").strip()[:LONGEST_NAME] if chosen == ANOTHER else chosen[:LONGEST_NAME]

    def clean(self) -> dict[str, Any]:
        """Refuse a trait that was chosen and not added: nobody has said what of it."""
        if self.asked():
            self.add_error("trait", gettext("Add it with the button beside it, or choose no trait."))
        return self.cleaned_data
