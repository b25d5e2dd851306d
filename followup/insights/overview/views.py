"""The overview of the figures: its page, its pictures as files, its trend as a table, and marked days."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.insights.events.forms import EventForm
from followup.insights.events.models import Event
from followup.insights.figures.periods import Period, last_days
from followup.insights.kept.reading import kept_figures
from followup.insights.overview import export
from followup.insights.overview.forms import PRESETS, OverviewForm
from followup.insights.overview.pictures import scores_picture, trend_picture
from followup.insights.overview.query import Overview, read
from followup.insights.overview.words import in_words, span_of
from followup.insights.pictures.drawing import inside_page
from followup.insights.pictures.serving import picture_file
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, manager_required, viewer_required
from nps_project.common.dates import company_day
from nps_project.common.paging import address
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused
from nps_project.web import form_submissions
from surveys.models import Survey

PICTURES = {"trend": trend_picture, "scores": scores_picture}


def _form(request: StaffRequest) -> OverviewForm:
    return OverviewForm(request.GET, request.user, company_day(timezone.now()))


def _found(request: StaffRequest, form: OverviewForm) -> tuple[Overview, Period, Period]:
    period = form.period()
    before = period.compared_with(form.compared_with())
    step = form.step(period)
    found = read(form.scope(request.user), period, before=before, step=step, at=timezone.now())
    return found, period, before


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def page(request: StaffRequest) -> HttpResponse:
    """How we are and whether it is better; a filter that cannot be used is named, with status 400."""
    form = _form(request)
    faults = form.faults()
    found, period, before = _found(request, form)
    survey = str(form.in_use().get("survey") or "")
    trend, scores = trend_picture(found), scores_picture(found)
    context = {
        "room": "insights",
        "form": form,
        "faults": faults,
        "survey_slug": survey,
        "presets": [
            (label, address(request.GET, **{"from": one.first.isoformat(), "to": None}), one == period)
            for days, label in PRESETS.items()
            for one in [last_days(form.today, days)]
        ],
        "trend": inside_page(trend, "trend") if trend else "",
        "scores_drawn": inside_page(scores, "scores") if scores else "",
        "events": found.events,
        "may_mark": request.user.is_at_least(Role.MANAGER),
        "event_form": EventForm(user=request.user),
        "submission": form_submissions.new_submission(),
        "files": {
            name: {
                kind: reverse("insights:picture", args=[name, kind]) + address(request.GET) for kind in ("png", "svg")
            }
            for name in PICTURES
        },
        "csv_url": reverse("insights:overview_csv") + address(request.GET),
        "now": timezone.now(),
        **in_words(found, period, before, survey),
    }
    return render(request, "followup/insights/overview.html", context, status=400 if faults else 200)


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def picture(request: StaffRequest, name: str, kind: str) -> HttpResponse:
    """A picture of the overview as a file. Raises: Http404 for one that there is not, or that has nothing to show."""
    form = _form(request)
    if name not in PICTURES or form.faults():
        raise Http404
    found, period, _before = _found(request, form)
    drawn = PICTURES[name](found, notes=[span_of(period), _survey_name(request, form), f"n {found.nps.responses}"])
    if drawn is None:
        raise Http404
    return picture_file(drawn, kind, f"nps-{name}")


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """Every figure of the page as a table; one that cannot be used is named, with status 400."""
    form = _form(request)
    if faults := form.faults():
        return refused(*faults)
    found, period, _before = _found(request, form)
    pages = iter([list(export.rows(found))])
    return download(request, pages, kind="csv", name="overview", about=f"figures of {period.first} to {period.last}")


def _survey_name(request: StaffRequest, form: OverviewForm) -> str:
    if not form.in_use().get("survey"):
        return _("All surveys")
    return str(form.surveys(request.user).values_list("name", flat=True).first())


@manager_required
@require_POST
def mark(request: StaffRequest) -> HttpResponse:
    """Mark a day on the trends: 303 back to the page, which says what a form may have that cannot be used."""
    form = EventForm(request.POST, user=request.user)
    if form.is_valid():
        form.instance.by = request.user
        with transaction.atomic():
            if form_submissions.is_first(request):
                form.save()
                messages.success(request, _("The day is marked."))
            else:
                form_submissions.say_twice(request)
    else:
        for faults in form.errors.values():
            messages.error(request, " ".join(str(fault) for fault in faults))
    return _back(request)


@manager_required
@require_POST
def unmark(request: StaffRequest, event_id: int) -> HttpResponse:
    """Take a marked day off the trends."""
    rows = Event.objects.filter(pk=event_id)
    if not request.user.sees_all_teams:
        rows = rows.filter(survey__in=Survey.objects.visible_to(request.user))
    if not rows.delete()[0]:
        raise Http404
    messages.success(request, _("The day is no longer marked."))
    return _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    query: Any = request.POST.get("query", "")[:500]
    query = query if query.startswith("?") and query.isprintable() else ""
    return HttpResponseRedirect(reverse("insights:overview") + query, status=303)
