"""The page of recovery, its pictures and table as files, and the tickets behind a number."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.insights.kept.reading import kept_figures
from followup.insights.pictures.serving import picture_file
from followup.insights.recovery import breakdown
from followup.insights.recovery.facts import MONTH, surveys_of_second_scores
from followup.insights.recovery.figures import Recovery
from followup.insights.recovery.narrowed import narrowed
from followup.insights.recovery.query import Selection
from followup.insights.recovery.reading import read
from followup.insights.recovery.screens import drawn, export, listing, page
from followup.insights.recovery.screens.forms import BY, RecoveryForm
from followup.models import Ticket
from followup.presentation.wording import count_words, rounded
from nps_project.accounts.models import User
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common import paging
from nps_project.common.dates import company_day
from nps_project.common.paging import BadKey, address, before_id
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused
from surveys.models import Survey

PERIOD_DAYS = 365
FILTERS = ("survey", "team", "owner", "root_cause")


def _form(request: StaffRequest, at: datetime) -> RecoveryForm:
    """The filters of the address; without a period, the last year."""
    data: QueryDict = request.GET.copy()
    if not data.get("from") and not data.get("to"):
        today = company_day(at)
        data["from"], data["to"] = (today - timedelta(days=PERIOD_DAYS - 1)).isoformat(), today.isoformat()
    return RecoveryForm(data, request.user)


def _selection(form: RecoveryForm, user: User, at: datetime) -> Selection:
    values = form.in_use()
    given = {name: values[name] for name in FILTERS if name in values}
    tickets = narrowed(Ticket.objects.visible_to(user), given)
    surveys = Survey.objects.visible_to(user)
    if "survey" in given:
        surveys = surveys.filter(slug=given["survey"])
    if form.faults():
        tickets = tickets.none()
    seen = surveys_of_second_scores(user)
    return Selection(tickets, surveys, values.get("from"), values.get("to"), at, seen)


def _notes(form: RecoveryForm, found: Recovery) -> list[str]:
    """What a picture that left its page must say itself: period, filters, how many tickets."""
    values = form.in_use()
    first, last = (date_format(values[name], "DAY") if name in values else "…" for name in ("from", "to"))
    days = _("%(first)s to %(last)s") % {"first": first, "last": last}
    filters = [f"{form.fields[name].label}: {_choice(form, name)}" for name in FILTERS if name in values]
    return [", ".join([days, _("tickets of detractors: %(n)s") % {"n": rounded(found.n)}]), *filters]


def _choice(form: RecoveryForm, name: str) -> str:
    return _choices(form, name).get(str(form.data[name]), "")


def _choices(form: RecoveryForm, name: str) -> dict[str, str]:
    choices: Any = form.fields[name].choices  # type: ignore[attr-defined]
    return {str(value): str(label) for value, label in choices}


def _offered(form: RecoveryForm, by: str) -> set[str]:
    """The groups of the last table that are a choice of the filter; a month is none."""
    return set() if by == MONTH else _choices(form, by).keys() - {""}


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def show(request: StaffRequest) -> HttpResponse:
    """/insights/recovery/: the figures, each with its picture and table."""
    at = timezone.now()
    form = _form(request, at)
    faults = form.faults()
    chosen = _selection(form, request.user, at)
    by = form.in_use().get("by") or MONTH
    known = read(chosen, by)
    found = known.figures
    lines, offered = breakdown.lines(known.groups, by), _offered(form, by)
    context = page.context(found, lines, by=by, query=request.GET, user=request.user, offered=offered)
    context |= {
        "room": "insights",
        "form": form,
        "faults": faults,
        "clear_url": "?",
        "by_label": BY[by],
        "notes": _notes(form, found),
        "csv_url": reverse("insights:recovery_csv") + address(request.GET),
    }
    return render(request, "followup/insights/recovery.html", context, status=400 if faults else 200)


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def picture(request: StaffRequest, name: str, kind: str) -> HttpResponse:
    """One picture as a file: svg or png."""
    at = timezone.now()
    form = _form(request, at)
    if name not in drawn.PICTURES or form.faults():
        raise Http404
    found = read(_selection(form, request.user, at)).figures
    made = drawn.PICTURES[name](found, _notes(form, found))
    if made is None:
        raise Http404
    return picture_file(made, kind, f"recovery-{name}")


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """Every figure of the page as a table."""
    at = timezone.now()
    form = _form(request, at)
    if faults := form.faults():
        return refused(*faults)
    chosen = _selection(form, request.user, at)
    by = form.in_use().get("by") or MONTH
    known = read(chosen, by)
    made = list(export.rows(known.figures, by, breakdown.lines(known.groups, by)))
    about = "filters " + (" ".join(sorted(form.in_use())) or "none")
    return download(request, _pages(made), kind="csv", name="recovery", about=about)


def _pages(rows: list[list[object]]) -> Iterator[list[list[object]]]:
    yield rows


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def tickets(request: StaffRequest) -> HttpResponse:
    """The tickets behind a number of the page: ?figure=, with the page's filters."""
    at = timezone.now()
    form = _form(request, at)
    faults = form.faults()
    figure = request.GET.get("figure", "all")
    if not listing.is_listed(figure, request.user):
        allowed = ", ".join(name for name in listing.names() if listing.is_listed(name, request.user))
        faults.append(
            _("Figure cannot be “%(value)s”. Allowed: %(allowed)s.") % {"value": figure[:100], "allowed": allowed}
        )
        figure = "all"
    rows: Any = listing.tickets(_selection(form, request.user, at), figure)
    n = paging.bounded_count(rows)
    after = request.GET.get("after", "")
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults.append(_("This page of the list does not exist. Begin at its first page."))
    rows = rows.select_related("response__contact", "owner", "survey").defer(
        "response__search_vector", "response__contact__search_vector"
    )
    found, has_more = paging.page(rows if not faults else rows.none())
    context = {
        "room": "insights",
        "faults": faults,
        "clear_url": reverse("insights:recovery"),
        "title": page.figure_name(figure),
        "n": count_words(n, paging.COUNT_LIMIT),
        "lines": [page.ticket_line(ticket, request.user, at) for ticket in found],
        "sees_second": request.user.sees_all_teams,
        "back_url": reverse("insights:recovery") + address(request.GET, figure=None),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    return render(request, "followup/insights/recovery_tickets.html", context, status=400 if faults else 200)
