"""The form of a report by mail."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.desk.forms import teams_of
from followup.insights.reports import pdf
from followup.insights.reports.models import WEEKDAY_CHOICES, Report
from nps_project.accounts.models import User
from surveys.contacts.contact_filter import segments_for
from surveys.models import Survey


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """How often, when, and of what."""

    class Meta:
        model = Report
        fields = ["every", "weekday", "at", "survey", "team", "segment", "with_pdf"]
        widgets = {"at": forms.TimeInput({"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "report_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["weekday"].choices = [(number, capfirst(name)) for number, name in WEEKDAY_CHOICES]
        fields["weekday"].label = pgettext_lazy("of the week", "Day")
        fields["weekday"].help_text = _("For every week: of the days from Monday to Sunday before it.")
        fields["at"].help_text = _("By your own clock.")
        for name, rows in {
            "survey": Survey.objects.visible_to(user), "team": teams_of(user), "segment": segments_for(user)
        }.items():  # fmt: skip
            fields[name].queryset = rows.order_by("name", "pk")
            fields[name].empty_label = _("All")
        if not pdf.is_there():
            del fields["with_pdf"]

    def clean(self) -> dict[str, Any]:
        """Refuse more than one of survey, team and segment."""
        data: dict[str, Any] = super().clean() or {}
        chosen = [name for name in ("survey", "team", "segment") if data.get(name)]
        if len(chosen) > 1:
            self.add_error(chosen[-1], gettext("Allowed: a survey, a team or a segment, one of them."))
        return data
