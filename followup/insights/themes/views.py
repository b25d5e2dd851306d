"""/insights/themes/: what was learnt of each cause, how often it is right, and where people chose otherwise."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.desk.ticket import page as ticket_page
from followup.errors import InvalidAction, WrongState
from followup.insights.themes import on_ticket, services
from followup.insights.themes.disagreeing import differing_pages, disagreeing
from followup.insights.themes.forms import AcceptForm, PrecisionForm
from followup.insights.themes.model.precision import FEWEST
from followup.insights.themes.models import Learning, Suggestion, Theme
from followup.insights.themes.quality import HEAD, Quality, qualities, table
from followup.insights.words.models import LANGUAGES
from followup.models import Ticket
from followup.presentation.wording import name_of, percent
from followup.tickets.resolving.naming import name_cause
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import (
    StaffRequest,
    admin_required,
    agent_required,
    manager_required,
    viewer_required,
)
from nps_project.common.paging import bounded_count, page
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download
from nps_project.web import form_submissions

NIGHTS = 10
SHOWN = 25


@viewer_required
@require_safe
@read_from_replica
def show(request: StaffRequest) -> HttpResponse:
    """The page; at most six queries of its own."""
    return _page(request, PrecisionForm(initial={"precision": services.precision()}))


def _page(request: StaffRequest, form: PrecisionForm, status: int = 200) -> HttpResponse:
    precision = services.precision()
    learnt = qualities(precision)
    is_manager, is_whole = request.user.is_at_least(Role.MANAGER), request.user.sees_all_teams
    differing: Sequence[Suggestion] = []
    more = 0
    if is_manager:
        differing, has_more = page(disagreeing(request.user), SHOWN)
        more = bounded_count(disagreeing(request.user)) if has_more else 0
    context = {
        "room": "insights",
        "here": "themes",
        "precision": precision,
        "fewest": FEWEST,
        "form": form if request.user.is_at_least(Role.ADMIN) else None,
        "is_whole": is_whole,
        "is_learnt": bool(learnt),
        "themes": [_theme(theme, rows) for theme, rows in learnt] if is_whole else [],
        "is_manager": is_manager,
        "differing": [_differing(row) for row in differing],
        "differing_n": number_format(more, force_grouping=True) if more else "",
        "nights": [_night(run) for run in Learning.objects.select_related("theme")[:NIGHTS]] if is_whole else [],
    }
    return render(request, "followup/insights/themes/themes.html", context, status=status)


def _theme(theme: Theme, rows: Sequence[Quality]) -> dict[str, Any]:
    lines = [_line(row) for row in rows]
    return {
        "language": theme.language,
        "name": LANGUAGES[theme.language],
        "n": number_format(theme.n, force_grouping=True),
        "learnt_at": theme.learnt_at,
        "right": percent(theme.right / theme.n),
        "lines": lines,
        "is_silent": not any(line["suggested"] for line in lines),
    }


def _line(row: Quality) -> dict[str, Any]:
    share = row.right
    line: dict[str, Any] = {
        "name": row.cause.name if row.cause.parent is None else f"{row.cause.parent.name}: {row.cause.name}",
        "is_active": row.cause.is_active,
        "n": number_format(row.n, force_grouping=True),
        "words": row.words,
        "suggested": None,
    }
    found = row.found
    if found is not None and share and share.share is not None and share.low is not None and share.high is not None:
        line |= {
            "suggested": number_format(share.of, force_grouping=True),
            "right": percent(share.share),
            "low": percent(share.low),
            "high": percent(share.high),
            "found": percent(found),
        }
    return line


def _differing(row: Suggestion) -> dict[str, Any]:
    ticket = row.response.ticket
    return {
        "ticket": ticket,
        "name": name_of(row.response),
        "score": ticket.score,
        "chosen": ticket.root_cause.name if ticket.root_cause else "",
        "suggested": row.cause.name,
        "words": [word for word, _weight in row.words],
        "language": row.response.language,
    }


def _night(run: Learning) -> dict[str, Any]:
    return {
        "began_at": run.began_at,
        "language": LANGUAGES[run.theme.language],
        "is_over": run.ended_at is not None,
        "done": run.done,
        "steps": run.steps,
        "n": number_format(run.n, force_grouping=True),
        "right": percent(run.right / run.n) if run.n else "–",
        "suggested": number_format(run.suggested, force_grouping=True),
    }


@viewer_required
@require_safe
@read_from_replica
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """What was learnt of each cause as a table; empty for who does not see all teams, as on the page."""
    rows: list[list[object]] = [[*HEAD]]
    if request.user.sees_all_teams:
        rows = list(table(services.precision()))
    return download(request, iter([rows]), kind="csv", name="themes", about="themes")


@manager_required
@require_safe
@read_from_replica
def differing_csv(request: StaffRequest) -> HttpResponseBase:
    """Where people chose otherwise, as a table; the surest first."""
    return download(request, differing_pages(request.user), kind="csv", name="chosen-otherwise", about="themes")


@admin_required
@require_POST
def choose_precision(request: StaffRequest) -> HttpResponse:
    """Choose from which precision on causes are suggested; it holds at once. A bad one is refused with 422."""
    form = PrecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    services.choose_precision(form.cleaned_data["precision"])
    messages.success(request, _("The precision is saved. It holds from now on."))
    return redirect("themes:themes")


@agent_required
@require_POST
def accept(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Name the cause that a ticket's words suggest, once, and go back to the ticket (303)."""
    ticket = ticket_page.read(request.user, ticket_id)
    if ticket is None:
        raise Http404
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This cause is not in use any more. Nothing was changed."))
        return _back(ticket)
    cause = form.cleaned_data["cause"]
    if on_ticket.slug_of(ticket) != cause.slug:
        messages.error(request, _("The words suggest something else by now. Nothing was changed."))
        return _back(ticket)
    try:
        with transaction.atomic():
            is_first = form_submissions.is_first(request)
            if is_first:
                name_cause(ticket_id=ticket.pk, by=request.user, cause=cause)
    except WrongState:
        messages.error(request, _("This ticket was resolved meanwhile, so nothing was changed. Reopen it first."))
        return _back(ticket)
    except InvalidAction:
        messages.error(request, _("Another cause was chosen meanwhile. Nothing was changed."))
        return _back(ticket)
    if is_first:
        words = _("The cause is “%(cause)s”. Whoever resolves the ticket can choose another one.")
        messages.success(request, words % {"cause": cause.name})
    else:
        form_submissions.say_twice(request)
    return _back(ticket)


def _back(ticket: Ticket) -> HttpResponse:
    return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)
