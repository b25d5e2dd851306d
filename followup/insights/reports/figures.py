"""The figures of a report."""

from datetime import datetime

from followup.insights.comparing.trend import DAY, WEEK
from followup.insights.figures.periods import Period
from followup.insights.figures.scope import Scope
from followup.insights.overview import query
from followup.insights.overview.query import Overview
from followup.insights.reports.models import Every, Report
from followup.insights.reports.times import before_of, month_before, week_before
from nps_project.accounts.models import Team
from surveys.contacts import contact_filter
from surveys.models import Segment


def scope_of(report: Report) -> Scope:
    """What a report tells of: never more than its reader may see now."""
    person = report.person
    scope = Scope.seen_by(person)
    if report.survey is not None:
        return scope.of_survey(report.survey)
    if report.team_id is not None:
        return scope.of_teams(Team.objects.filter(pk=report.team_id))
    if report.segment is not None:
        return of_segment(scope, report.segment, report)
    return scope


def of_segment(scope: Scope, segment: Segment, report: Report) -> Scope:
    """Of a scope the answers and tickets of the customers in a segment, as its reader sees them."""
    listed = contact_filter.listed_for(report.person)
    return scope.of_contacts(contact_filter.filtered(listed, segment.filter, by=report.person))


def period_of(report: Report, at: datetime) -> Period:
    """The days that a report is about which is made at that time, by the clocks of its reader."""
    day = at.astimezone(report.person.zone).date()
    return week_before(day) if report.every == Every.WEEK else month_before(day)


def read(report: Report, period: Period, at: datetime) -> Overview:
    """Its figures; two queries, and one for a segment."""
    step = DAY if report.every == Every.WEEK else WEEK
    return query.read(scope_of(report), period, before=before_of(period), step=step, at=at)


def happened(found: Overview) -> bool:
    """Whether there is anything to tell."""
    return bool(found.nps.responses or found.promises.n or found.with_cause)
