"""The filters of the page of silent risk, read from its address."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.desk.forms import survey_choices, teams_of
from followup.insights.figures.periods import Period
from followup.insights.risk.models import AtRisk, AtRiskQuerySet, Reason
from followup.models import Ticket
from followup.models.ticket import TicketQuerySet
from nps_project.accounts.models import User
from nps_project.common.dates import DayField
from nps_project.common.filter_form import FilterForm, choice
from nps_project.common.text import TextField
from surveys.models import Survey

STANDARD_DAYS = 365
COMPANIES = "companies"
_CURRENCY = RegexValidator(r"^[A-Z]{3}\Z", _("Allowed: three capital letters, such as EUR."))


class RiskForm(FilterForm):
    """Which customers at risk are listed, and of which unhappy customers the money is counted."""

    reason = choice(_("Why"), list(Reason.choices))
    survey = choice(_("Survey"), [])
    team = choice(_("Team"), [])
    value_from = forms.DecimalField(
        label=_("Worth a year from"), required=False, min_value=0, max_digits=12, decimal_places=2,
        error_messages={"invalid": _("A number from 0 is allowed.")},
    )  # fmt: skip
    by = choice(pgettext_lazy("a list", "List by"), [(COMPANIES, _("Company"))])
    from_ = DayField(label=_("Unhappy from"), required=False)
    to = DayField(label=pgettext_lazy("last day", "To"), required=False)
    currency = TextField(label=_("Compensation in"), required=False, max_length=3, validators=[_CURRENCY])
    company = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any, user: User, today: date) -> None:
        """`user`: whose surveys and teams can be chosen. `today`: the company’s, ends a period without end."""
        super().__init__(data)
        self.today = today
        fields: dict[str, Any] = self.fields
        fields["from"] = fields.pop("from_")
        fields["by"].choices = [("", _("Customer")), (COMPANIES, _("Company"))]
        fields["survey"].choices = lambda: [("", _("All")), *survey_choices(Survey.objects.visible_to(user))]
        fields["team"].choices = lambda: [("", _("All")), *[(str(team.pk), team.name) for team in teams_of(user)]]
        fields["currency"].widget.attrs |= {"size": 4, "autocomplete": "off"}
        self.order_fields(["reason", "by", "survey", "team", "value_from", "from", "to", "currency"])

    @property
    def is_by_company(self) -> bool:
        return self.in_use().get("by") == COMPANIES

    def period(self) -> Period:
        """The days of the money; without any the last year."""
        chosen = self.in_use()
        last = chosen.get("to") or max(self.today, chosen.get("from") or date.min)
        return Period(chosen.get("from") or last - timedelta(days=STANDARD_DAYS - 1), last)

    def at_risk(self, user: User) -> AtRiskQuerySet:
        """The customers at risk that this person may see, of the filters but for the reason."""
        chosen, rows = self.in_use(), AtRisk.objects.visible_to(user)
        names = {"survey": "survey__slug", "team": "survey__team", "company": "company"}
        rows = rows.filter(**{field: chosen[name] for name, field in names.items() if name in chosen})
        return rows.filter(rank__lte=-chosen["value_from"]) if chosen.get("value_from") else rows

    def tickets(self, user: User) -> TicketQuerySet:
        """The tickets that this person may see, of the survey and the team."""
        chosen, names = self.in_use(), {"survey": "survey__slug", "team": "team"}
        rows = Ticket.objects.visible_to(user)
        return rows.filter(**{field: chosen[name] for name, field in names.items() if name in chosen})

    def surveys(self, user: User) -> Any:
        """The surveys that this person may see, or the one that is chosen."""
        surveys, chosen = Survey.objects.visible_to(user), self.in_use().get("survey")
        return surveys.filter(slug=chosen) if chosen else surveys
