"""The filters of the ranking, read from its address."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.desk.forms import survey_choices, teams_of
from followup.insights.figures.periods import Period, period_of
from followup.models import Ticket
from followup.models.ticket import TicketQuerySet
from nps_project.accounts.models import User
from nps_project.common.dates import DayField
from nps_project.common.filter_form import FilterForm, choice
from surveys.models import Survey


class CauseFilterForm(FilterForm):
    """Whose tickets of which period are ranked."""

    survey = choice(_("Survey"), [])
    team = choice(_("Team"), [])
    owner = choice(_("Owner"), [])
    from_ = DayField(label=_("From"), required=False)
    to = DayField(label=pgettext_lazy("last day", "To"), required=False)

    def __init__(self, data: Any, user: User) -> None:
        """`user`: whose surveys and teams can be chosen. Choices are read when one is checked or shown."""
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["survey"].choices = lambda: [("", _("All")), *survey_choices(Survey.objects.visible_to(user))]
        fields["team"].choices = lambda: [("", _("All")), *_named(teams_of(user))]
        fields["owner"].choices = lambda: [("", _("All")), *_named(User.objects.workers().filter(is_service=False))]
        fields["from"] = fields.pop("from_")
        self.order_fields(["survey", "team", "owner", "from", "to"])

    def period(self, at: datetime) -> Period:
        """The days that are chosen, or the last ones."""
        chosen = self.in_use()
        return period_of(chosen.get("from"), chosen.get("to"), at)

    def tickets(self, user: User) -> TicketQuerySet:
        """The tickets that the other filters leave, of those that this person may see; of any time."""
        chosen, rows = self.in_use(), Ticket.objects.visible_to(user)
        names = {"survey": "survey__slug", "team": "team", "owner": "owner"}
        return rows.filter(**{field: chosen[name] for name, field in names.items() if name in chosen})

    def surveys(self, user: User) -> QuerySet[Survey]:
        """Those that this person may see, or the one that is chosen."""
        rows, chosen = Survey.objects.visible_to(user), self.in_use().get("survey")
        return rows.filter(slug=chosen) if chosen else rows

    def in_words(self) -> list[str]:
        """Each filter in use as "Survey: After delivery"; the days have a line of their own."""
        return [f"{self.fields[name].label}: {self._in_words(name)}" for name in self.in_use() if name in
                ("survey", "team", "owner")]  # fmt: skip

    def _in_words(self, name: str) -> str:
        labels = {str(value): str(label) for value, label in getattr(self.fields[name], "choices", ())}
        return labels.get(self.data[name], str(self.data[name]))


def _named(rows: Any) -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in rows]
