"""/insights/reports/: the reports that somebody gets by mail: ordered, sent at once, ended."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from followup.insights.reports import figures, sending
from followup.insights.reports.forms import ReportForm
from followup.insights.reports.models import Report
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.deliveries.queueing import is_reserved
from nps_project.web import form_submissions

MOST = 20  # reports of one person


@viewer_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """The reader's own reports, and the form of a new one."""
    rows = Report.objects.filter(person=request.user).select_related("survey", "team", "segment").order_by("pk")
    found = list(rows[:MOST])
    is_full = len(found) >= MOST
    form = ReportForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and not is_full and form.is_valid():
        form.instance.person = request.user
        form.instance.due_at = sending.due_of(form.instance, timezone.now())
        with transaction.atomic():
            if form_submissions.is_first(request):
                form.save()
                messages.success(request, _("The report is ordered."))
            else:
                form_submissions.say_twice(request)
        return redirect("reports:list")
    context = {
        "room": "insights",
        "form": form,
        "submission": form_submissions.new_submission(),
        "reports": found,
        "is_full": is_full,
        "most": MOST,
        "is_reserved": is_reserved(request.user.email),
    }
    is_refused = request.method == "POST"
    return render(request, "followup/insights/reports/reports.html", context, status=422 if is_refused else 200)


@viewer_required
@require_POST
def act(request: StaffRequest, report_id: int, action: str) -> HttpResponse:
    """Send the last finished report once more, or end it. Raises: Http404 for what is not the reader's own."""
    rows = Report.objects.filter(person=request.user).select_related("person", "survey", "team", "segment")
    report = rows.filter(pk=report_id).first()
    if report is None or action not in ("send", "end"):
        raise Http404
    if action == "end":
        report.delete()
        messages.success(request, _("The report is ended."))
    else:
        _send(request, report)
    return redirect("reports:list")


def _send(request: StaffRequest, report: Report) -> None:
    at = timezone.now()
    period = figures.period_of(report, at)
    if figures.happened(figures.read(report, period, at)):
        sending.queue(report, period, at, f"report:{report.pk}:{at:%Y-%m-%dT%H:%M}")  # once a minute
        messages.success(request, _("The report is on its way to %(email)s.") % {"email": request.user.email})
    else:
        messages.info(request, _("Nothing happened in those days, so there is no report."))
