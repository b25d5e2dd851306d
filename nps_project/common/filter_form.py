"""Forms of filters that are read from an address."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nps_project.common import dates


class FilterForm(forms.Form):
    """Filters of a list, read from its address. A value that cannot be used is named, with the values that can."""

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
            choices: list[tuple[Any, Any]] = [one for one in field.choices if one[0] != ""]  # type: ignore[index,misc,union-attr]
            values = [str(label if str(value).isdigit() else value) for value, label in choices]  # no id, but its name
            return gettext("Allowed: %(values)s.") % {"values": ", ".join(values[:20]) or "–"}
        return " ".join(str(fault) for fault in self.errors[name])

    def clean(self) -> dict[str, Any]:
        """Name a range that ends before it begins, which would find nothing."""
        dates.refuse_backwards(self)
        return self.cleaned_data

    def in_use(self) -> dict[str, Any]:
        """The values of the filters that are set and can be used."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def choice(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.ChoiceField:
    """A field with these choices, and "All" for none."""
    return forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])
