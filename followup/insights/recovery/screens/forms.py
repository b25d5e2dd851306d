"""The filters of the page of recovery, read from its address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.desk.forms import survey_choices, teams_of
from followup.models import RootCause
from nps_project.accounts.models import Role, User
from nps_project.common.dates import DayField
from nps_project.common.filter_form import FilterForm, choice
from surveys.models import Survey

BY = {
    "month": pgettext_lazy("by", "Month"),
    "team": _("Team"),
    "owner": _("Owner"),
    "survey": _("Survey"),
    "root_cause": _("Root cause"),
}


class RecoveryForm(FilterForm):
    """Period, survey, team, owner, root cause; and by what the last table is divided."""

    from_ = DayField(label=_("From"), required=False)
    to = DayField(label=pgettext_lazy("last day", "To"), required=False)
    survey = choice(_("Survey"), [])
    team = choice(_("Team"), [])
    owner = choice(_("Owner"), [])
    root_cause = choice(_("Root cause"), [])
    by = forms.ChoiceField(label=_("Divided by"), required=False, choices=list(BY.items()))

    def __init__(self, data: Any, user: User) -> None:
        """`user`: whose surveys and teams can be chosen. Choices are read when one is checked or shown, not before."""
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["from"] = fields.pop("from_")
        fields["survey"].choices = lambda: _or_all(survey_choices(Survey.objects.visible_to(user)))
        fields["team"].choices = lambda: _or_all([(str(team.pk), team.name) for team in teams_of(user)])
        fields["owner"].choices = lambda: _or_all([(str(one.pk), str(one)) for one in _owners()])
        fields["root_cause"].choices = lambda: _or_all([(cause.slug, cause.name) for cause in RootCause.objects.all()])
        self.order_fields(["from", "to", "survey", "team", "owner", "root_cause", "by"])


def _or_all(choices: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


def _owners() -> Any:
    """Whoever owns tickets, or did before they left."""
    return User.objects.exclude(role=Role.VIEWER).order_by("name", "email")
