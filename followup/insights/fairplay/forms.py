"""The filters of fair play, read from the address."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from followup.desk.forms import teams_of
from followup.insights.fairplay.query import Asked
from followup.insights.overview.forms import PeriodForm
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.common.filter_form import choice
from surveys.contacts.contact_filter import listed_for
from surveys.models import Survey


class FairPlayForm(PeriodForm):
    """Survey, team, period."""

    team = choice(_("Team"), [])

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        fields: dict[str, Any] = self.fields
        del fields["with"]
        fields["team"].choices = lambda: [("", _("All")), *[(str(team.pk), team.name) for team in teams_of(user)]]
        self.order_fields(["survey", "team", "from", "to"])

    def asked(self, user: User) -> Asked:
        """What this person looks at."""
        chosen, surveys = self.in_use(), self.surveys(user)
        tickets = Ticket.objects.visible_to(user)
        if "survey" in chosen:
            tickets = tickets.filter(survey__in=surveys)
        if "team" in chosen:
            surveys, tickets = surveys.filter(team=chosen["team"]), tickets.filter(team=chosen["team"])
        return Asked(surveys, tickets, listed_for(user), self.period(), Survey.objects.visible_to(user))
