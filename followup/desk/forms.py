"""What the forms of several desk pages share: fields, and filters read from an address."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.models import Ticket
from nps_project.accounts.models import Team, User
from nps_project.common import dates
from surveys.models import Survey


class WorkerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One of the people who may work on tickets, or nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.workers().filter(is_service=False), required=False, **kwargs)


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of all teams, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Team.objects.all(), required=False, **kwargs)


class ActionForm(forms.Form):
    """The form of one action on a ticket."""

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """What the service of the action takes beside the ticket and who acts; for a valid form."""
        return dict(self.cleaned_data)


class RaisedForm(ActionForm):
    """Which reminder was raised with the customer."""

    reminder = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def values(self, ticket: Ticket) -> dict[str, Any]:
        return {"reminder_id": self.cleaned_data["reminder"]}


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
            values = [str(value) for value, _label in field.choices if value != ""]  # type: ignore[misc,union-attr]
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


def survey_choices(surveys: Iterable[Survey]) -> list[tuple[str, str]]:
    """(slug, name) of each survey."""
    return [(survey.slug, survey.name) for survey in surveys]
