"""Send the reports: each at its reader's own time, once for its days, and not when nothing happened."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from followup.insights.figures.periods import Period
from followup.insights.reports import figures, letter
from followup.insights.reports.models import Every, Report
from followup.insights.reports.times import next_time
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.models import Audience
from nps_project.deliveries.queueing import ToCompose, queue_composed

TOO_LATE = timedelta(days=2)  # after its time, when the product was off


def due_of(report: Report, after: datetime) -> datetime:
    """When a report is due next."""
    weekday = report.weekday if report.every == Every.WEEK else None
    return next_time(after, weekday, report.at, report.person.zone)


def move_to_zone(person: User, at: datetime) -> None:
    """Work out anew when the reports of somebody come who moved to another time zone; what is due already stays."""
    for report in Report.objects.filter(person=person, due_at__gt=at):
        report.person = person
        if (due_at := due_of(report, at)) != report.due_at:
            Report.objects.filter(pk=report.pk, due_at=report.due_at).update(due_at=due_at)


def _due(at: datetime) -> QuerySet[Report]:
    return Report.objects.filter(due_at__lte=at).order_by("due_at", "pk")


@transaction.atomic
def send(report_id: int, at: datetime) -> bool:
    """Queue one report, if it is due still, and move its time on in the same transaction.

    Of somebody who was switched off nothing is sent. Returns: whether it was due.
    """
    rows = _due(at).select_for_update(no_key=True, of=("self",))
    report = rows.select_related("person", "survey", "team", "segment").filter(pk=report_id).first()
    if report is None:
        return False
    due_at, period = report.due_at, figures.period_of(report, report.due_at)
    is_new = report.last_day is None or report.last_day < period.last
    report.due_at = due_of(report, at)
    report.last_day = period.last if is_new else report.last_day
    report.save(update_fields=["due_at", "last_day"])
    is_wanted = is_new and at - due_at < TOO_LATE and report.person.is_active
    if is_wanted and figures.happened(figures.read(report, period, at)):
        queue(report, period, at, f"report:{report.pk}:{period.last.isoformat()}")
    return True


def queue(report: Report, period: Period, at: datetime, key: str) -> None:
    """Queue the mail of a report; one that has this key already is not queued again."""
    mail = ToCompose(
        to=report.person.email, language=report.person.language, dedupe_key=key,
        about=letter.about(report, period),
    )  # fmt: skip
    queue_composed([mail], template=letter.TEMPLATE, audience=Audience.STAFF, at=at)


REPORTS = sweep.add(Sweep("reports.send", _due, send))
