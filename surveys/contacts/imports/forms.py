"""The forms of an import: the file, and what each column is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.contacts.imports.errors import WrongMatching
from surveys.contacts.imports.models import ContactImport
from surveys.contacts.imports.rules import columns
from surveys.contacts.trait_labels.labels import TraitLabels


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )


class MatchingForm(forms.Form):
    """A choice for each column of a file: a field, a trait with the column's name, or nothing.

    Importers of several teams choose whose the new contacts become.
    """

    def __init__(self, data: Mapping[str, Any] | None, *, run: ContactImport, matching: Mapping[str, str]) -> None:
        super().__init__(data)
        self._run = run
        if run.team is not None and run.by is not None and run.by.teams.count() > 1:
            self.fields["team"] = forms.ModelChoiceField(
                run.by.teams.order_by("name"), label=_("Whose customers are they?"), initial=run.team, empty_label=None
            )
        self._names, labels = columns.heads(run.header), TraitLabels()
        for number, name in enumerate(self._names):
            target = matching.get(name, "")
            traits = [columns.as_trait(name), *([target] if target.startswith(columns.TRAIT) else [])]
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=name,
                required=False,
                initial=target,
                choices=[
                    ("", _("Leave out")),
                    *((name, capfirst(words)) for name, words in columns.FIELDS.items()),
                    *(
                        (trait, _("Trait %s") % labels.of(trait.removeprefix(columns.TRAIT)))
                        for trait in dict.fromkeys(traits)
                    ),
                ],
            )

    def of_columns(self) -> list[forms.BoundField]:
        """The fields of the columns, in their order."""
        return [self[f"column-{number}"] for number in range(len(self._names))]

    def left_out(self) -> list[str]:
        """The columns that nothing is done with, unless somebody chooses otherwise; not that of the reasons."""
        names = [field.label for field in self.of_columns() if not field.value()]
        return [str(name) for name in names if name != columns.REASON]

    def clean(self) -> dict[str, Any]:
        """Puts the matching into `chosen`. Raises: ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        self.chosen = {name: found.get(f"column-{number}", "") for number, name in enumerate(self._names)}
        try:
            columns.checked(self._run.header, self.chosen)
        except WrongMatching as error:
            raise ValidationError(str(error)) from error
        return found
