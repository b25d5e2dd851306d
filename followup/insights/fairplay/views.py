"""The page of fair play, its picture and table as files, and what is behind a figure."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.insights.fairplay import query, words
from followup.insights.fairplay.checks import Check, Finding, assess
from followup.insights.fairplay.drawn import differences
from followup.insights.fairplay.forms import FairPlayForm
from followup.insights.kept.reading import kept_figures
from followup.insights.overview.words import span_of
from followup.insights.pictures.drawing import inside_page
from followup.insights.pictures.serving import picture_file
from followup.insights.recovery.screens.page import Shown
from followup.models import Ticket
from followup.presentation.wording import name_of, when
from nps_project.accounts.models import Role, User
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common import paging
from nps_project.common.dates import company_day
from nps_project.common.paging import BadKey, address, before_id
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused

HEAD = ("check", "verdict", "share", "low", "high", "n", "of", "beside_share", "beside_n", "beside_of", "expected",
        "difference", "difference_low", "difference_high", "p")  # fmt: skip


def _form(request: StaffRequest) -> FairPlayForm:
    return FairPlayForm(request.GET, request.user, company_day(timezone.now()))


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def show(request: StaffRequest) -> HttpResponse:
    """/insights/fair-play/: each check with its figure. A filter that cannot be used is named, with status 400."""
    form = _form(request)
    faults = form.faults()
    asked = form.asked(request.user)
    found = query.read(asked)
    findings = assess(found.counted)
    is_manager = request.user.is_at_least(Role.MANAGER)
    made = differences(findings)
    context = {
        "room": "insights",
        "form": form,
        "faults": faults,
        "is_filtered": bool(form.in_use()),
        "clear_url": "?",
        "period": span_of(asked.period),
        "checks": words.lines(
            findings, address(request.GET), person=_person(findings, request.user), is_manager=is_manager
        ),
        "begging": words.begging_lines(found.begging),
        "picture": Shown(
            inside_page(made, "fair-play"),
            *(reverse("insights:fair_play_picture", args=[kind]) + address(request.GET) for kind in ("svg", "png")),
        )
        if made else None,
        "csv_url": reverse("insights:fair_play_csv") + address(request.GET),
    }  # fmt: skip
    return render(request, "followup/insights/fairplay/fairplay.html", context, status=400 if faults else 200)


def _person(findings: list[Finding], user: User) -> str:
    """Whose invitations stand out: for managers of all teams, or of one of that person's; one query at most."""
    person = next((one.person for one in findings if one.check == Check.BY_HAND), None)
    if person is None or not user.is_at_least(Role.MANAGER):
        return ""
    rows = User.objects.filter(pk=person)
    if not user.sees_all_teams:
        rows = rows.filter(teams__in=user.teams.all()).distinct()
    known = rows.first()
    return str(known) if known else ""


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def picture(request: StaffRequest, kind: str) -> HttpResponse:
    """The picture as a file: svg or png. Raises: Http404 where there is nothing to draw."""
    form = _form(request)
    if form.faults():
        raise Http404
    asked = form.asked(request.user)
    made = differences(assess(query.read(asked).counted), [span_of(asked.period)])
    if made is None:
        raise Http404
    return picture_file(made, kind, "fair-play")


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """Every figure as a table, unrounded."""
    form = _form(request)
    if faults := form.faults():
        return refused(*faults)
    findings = assess(query.read(form.asked(request.user)).counted)
    rows: list[list[object]] = [[*HEAD], *[_cells(one) for one in findings]]
    about = "filters " + (" ".join(sorted(form.in_use())) or "none")
    return download(request, iter([rows]), kind="csv", name="fair-play", about=about)


def _cells(one: Finding) -> list[object]:
    share, beside, apart = one.share, one.beside, one.difference
    cells = [
        *((share.share, share.low, share.high, share.n, share.of) if share else [None] * 5),
        *((beside.share, beside.n, beside.of) if beside else [None] * 3), one.expected,
        *((apart.value, apart.low, apart.high) if apart else [None] * 3), one.p,
    ]  # fmt: skip
    return [one.check.value, one.verdict.value, *["" if cell is None else cell for cell in cells]]


@viewer_required
@require_safe
@read_from_replica
def behind(request: StaffRequest, name: str) -> HttpResponse:
    """The tickets or answers that a check counted, newest first. What one person did is for managers."""
    form = _form(request)
    faults = form.faults()
    if name not in {*query.BEHIND_TICKETS, *query.BEHIND_ANSWERS}:
        raise Http404
    check = Check(name)
    if check == Check.BY_HAND and not request.user.is_at_least(Role.MANAGER):
        raise PermissionDenied
    asked = form.asked(request.user)
    is_of_tickets = check in query.BEHIND_TICKETS
    rows: Any = query.BEHIND_TICKETS[check](asked) if is_of_tickets else query.BEHIND_ANSWERS[check](asked)
    rows = rows.select_related("response__contact" if is_of_tickets else "contact").order_by("-pk")
    prefix = "response__" if is_of_tickets else ""
    rows = rows.defer(f"{prefix}search_vector", f"{prefix}contact__search_vector")
    after = request.GET.get("after", "")
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults.append(_("This page of the list does not exist. Begin at its first page."))
    found, has_more = paging.page(rows if not faults else rows.none())
    about = words.ABOUT[check]
    context = {
        "room": "insights",
        "faults": faults,
        "clear_url": reverse("insights:fair_play"),
        "title": about.title,
        "innocent": about.innocent,
        "lines": [_line(row) for row in found],
        "back_url": reverse("insights:fair_play") + address(request.GET),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    return render(request, "followup/insights/fairplay/behind.html", context, status=400 if faults else 200)


def _line(row: Any) -> dict[str, Any]:
    """A ticket or an answer in the list. Nobody's work is named there."""
    is_ticket = isinstance(row, Ticket)
    answer = row.response if is_ticket else row
    url = reverse("followup:ticket", args=[row.pk]) if is_ticket else reverse("followup:answer", args=[row.pk])
    return {
        "url": url, "score": row.score, "name": name_of(answer), "time": when(answer.answered_at, timezone.now()),
    }  # fmt: skip
