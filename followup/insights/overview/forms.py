"""The filters of the overview, read from its address."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.desk.forms import survey_choices
from followup.insights.comparing.trend import DAY, MONTH, QUARTER, ROLLING, WEEK
from followup.insights.figures.periods import LAST_YEAR, PREVIOUS, Period, last_days
from followup.insights.figures.scope import Scope
from nps_project.accounts.models import User
from nps_project.common.dates import DayField
from nps_project.common.filter_form import FilterForm, choice
from surveys.models import Survey

MOST_DAYS = 1100  # three years of days
STANDARD_DAYS = 90
PRESETS = {30: _("30 days"), 90: _("90 days"), 365: _("A year"), 1095: _("Three years")}
BY = {
    DAY: pgettext_lazy("by", "Day"),
    WEEK: pgettext_lazy("by", "Week"),
    MONTH: pgettext_lazy("by", "Month"),
    QUARTER: pgettext_lazy("by", "Quarter"),
    "rolling30": _("30 days, rolling"),
    "rolling90": _("90 days, rolling"),
}
MOST_BY_DAY = 120  # days of a trend by day


class PeriodForm(FilterForm):
    """Survey, period, and what it is compared with."""

    survey = choice(_("Survey"), [])
    from_ = DayField(label=_("From"), required=False)
    to = DayField(label=pgettext_lazy("last day", "To"), required=False)
    with_ = choice(
        _("Compared with"), [(PREVIOUS, _("The days before")), (LAST_YEAR, _("The same days a year before"))]
    )

    def __init__(self, data: Any, user: User, today: date) -> None:
        """`user`: whose surveys can be chosen. `today`: in the company's zone, ends a period that has no end."""
        super().__init__(data)
        self.today = today
        fields: dict[str, Any] = self.fields
        fields["from"] = fields.pop("from_")
        fields["with"] = fields.pop("with_")
        surveys = cache(lambda: [("", _("All")), *survey_choices(Survey.objects.visible_to(user))])
        fields["survey"].choices = surveys  # read once, where they are checked or shown
        fields["with"].choices = fields["with"].choices[1:]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that has not begun, and one that is longer than three years."""
        data = super().clean()
        first, last = data.get("from"), data.get("to") or self.today
        if first and first > last:
            if not data.get("to"):
                self.add_error("from", gettext("Allowed: today, or an earlier day."))
        elif first and (last - first).days >= MOST_DAYS:
            self.add_error("from", gettext("Allowed: at most three years at once."))
        return data

    days = STANDARD_DAYS  # of a period that has no beginning

    def period(self) -> Period:
        """The period that is asked for; without one the last days."""
        chosen = self.in_use()
        last = chosen.get("to") or self.today
        first = chosen.get("from")
        return Period(first, last) if first and first <= last else last_days(last, self.days)

    def compared_with(self) -> str:
        """PREVIOUS or LAST_YEAR."""
        return str(self.in_use().get("with") or PREVIOUS)

    def surveys(self, user: User) -> QuerySet[Survey]:
        """Those that this person may see, or the one that is chosen."""
        surveys = Survey.objects.visible_to(user)
        chosen = self.in_use().get("survey")
        return surveys.filter(slug=chosen) if chosen else surveys


class OverviewForm(PeriodForm):
    """And the step of the trend."""

    by = choice(_("Trend by"), list(BY.items()))

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        fields: dict[str, Any] = self.fields
        fields["by"].choices = [("", _("As fits the period")), *BY.items()]
        self.order_fields(["survey", "from", "to", "by", "with"])

    def scope(self, user: User) -> Scope:
        """With all tickets that this person may see, also to surveys of other teams; of a chosen survey its own."""
        scope = replace(Scope.seen_by(user), surveys=self.surveys(user))
        return scope.with_tickets(survey__in=scope.surveys) if self.in_use().get("survey") else scope

    def step(self, period: Period) -> str:
        """What the trend goes by: as chosen, else about a dozen steps."""
        chosen = str(self.in_use().get("by") or "")
        if chosen == DAY and period.days > MOST_BY_DAY:
            return WEEK
        if chosen:
            return chosen
        return DAY if period.days <= 14 else WEEK if period.days <= 120 else MONTH if period.days <= 800 else QUARTER


def days_before(step: str) -> int:
    """How many days before a period a trend by this step looks at, too."""
    return ROLLING.get(step, 0)
