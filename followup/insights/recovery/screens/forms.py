"""The filters of the page of recovery, read from its address."""

from collections.abc import Callable
from functools import cache, partial
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
        """`user`: whose surveys and teams can be chosen. Choices are read once, where one is checked or shown."""
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["from"] = fields.pop("from_")
        choices: dict[str, Callable[[], list[tuple[str, str]]]] = {
            "survey": lambda: survey_choices(Survey.objects.visible_to(user)),
            "team": lambda: [(str(team.pk), team.name) for team in teams_of(user)],
            "owner": lambda: [(str(one.pk), str(one)) for one in _owners()],
            "root_cause": lambda: [(cause.slug, cause.name) for cause in RootCause.objects.all()],
        }
        for name, read in choices.items():
            fields[name].choices = cache(partial(_or_all, read))
        self.order_fields(["from", "to", "survey", "team", "owner", "root_cause", "by"])


def _or_all(read: Callable[[], list[tuple[str, str]]]) -> list[tuple[str, Any]]:
    return [("", _("All")), *read()]


def _owners() -> Any:
    """Whoever owns tickets, or did before they left."""
    return User.objects.exclude(role=Role.VIEWER).order_by("name", "email")
