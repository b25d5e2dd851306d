"""The filters of the page that compares groups of customers, read from its address."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.insights.overview.forms import PeriodForm
from followup.insights.segments.dimensions import DIMENSIONS
from followup.insights.segments.table import Row
from nps_project.accounts.models import User
from nps_project.common.filter_form import choice
from nps_project.common.text import TextField
from surveys.contacts.trait_labels.known import traits_seen_by
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import TRAIT_FILTER
from surveys.models.contact import COMPANY_TRAIT

STANDARD = "survey"
_NONE = "-"  # the value of those that have none, in an address


class CompareForm(PeriodForm):
    """By what answers are divided, and two groups to put side by side."""

    by = choice(_("Divided by"), [])
    one = TextField(label=_("One group"), required=False, max_length=300, widget=forms.Select)
    other = TextField(label=_("Beside it"), required=False, max_length=300, widget=forms.Select)

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        fields: dict[str, Any] = self.fields
        self._user = user
        fields["by"].choices = cache(self._dimensions)  # read once, though a form asks for them several times
        self.order_fields(["by", "survey", "from", "to", "with"])

    def _dimensions(self) -> list[tuple[str, Any]]:
        labels = TraitLabels()
        known = [(name, dimension.label) for name, dimension in DIMENSIONS.items()]
        taken = [label for _name, label in known]
        traits = [(f"{TRAIT_FILTER}{name}", labels.beside(name, taken)) for name in traits_seen_by(self._user)]
        return [*known, *(pair for pair in traits if pair[0] != f"{TRAIT_FILTER}{COMPANY_TRAIT}")]

    def dimension(self) -> str:
        """The name of what answers are divided by."""
        return str(self.in_use().get("by") or STANDARD)

    def offer(self, rows: Sequence[Row]) -> None:
        """Let two of these groups be chosen; hidden ones are not."""
        fields: dict[str, Any] = self.fields
        shown = [(row.value or _NONE, row.name or _("without")) for row in rows if not row.hidden]
        fields["one"].widget.choices = fields["other"].widget.choices = [("", "–"), *shown]

    def chosen(self, rows: Sequence[Row]) -> tuple[Row, Row] | None:
        """The two groups that are put side by side, once both are chosen."""
        by_value = {row.value or _NONE: row for row in rows if not row.hidden}
        one, other = (by_value.get(str(self.data.get(name, ""))) for name in ("one", "other"))
        return (one, other) if one and other and one != other else None
