"""The desk: how it stands, whom to call next, and the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.functions import Left
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from followup.forms import QueueFilterForm
from followup.models import Stage, Ticket, TicketStatus
from followup.models.ticket import TicketQuerySet
from followup.statistics import Promises, in_period, promises
from followup.views.paging import COUNT_LIMIT, BadKey, address, after_in_queue, before_id, bounded_count, cut, queue_key
from followup.views.wording import Clock, clock_of, count_words, reason, signed
from nps_project.accounts.models import Team, User
from nps_project.accounts.permissions import StaffRequest, viewer_required
from surveys.models import Survey
from surveys.scoring import SCORES, NpsFigures, group_of
from surveys.statistics import nps_figures

FIRST_WORDS = 200
PERIOD_DAYS = 30
TABS = {
    "all": gettext_lazy("Everybody"),
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("My team’s"),
    "nobody": gettext_lazy("Nobody’s"),
    "due_soon": gettext_lazy("Due soon"),
    "overdue": gettext_lazy("Overdue"),
    "waiting": gettext_lazy("Waiting"),
    "resolved": gettext_lazy("Resolved"),
}
PROMISES = "promises"  # what the share contacted in time is made of; reached from its figure
NEWEST_FIRST = ("resolved", PROMISES)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    ticket: Ticket
    clock: Clock
    reason: str
    words: str
    name: str
    company: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The top line."""

    nps: NpsFigures
    first_day: date
    last_day: date
    open: int
    due_soon: int
    overdue: int
    promises: Promises


def row_of(ticket: Ticket, at: datetime) -> Row:
    """The parts of one ticket's line; no query, for tickets of `with_words`."""
    response = ticket.response
    return Row(
        ticket=ticket,
        clock=clock_of(ticket, at),
        reason=reason(ticket, at),
        words=ticket.first_words,  # type: ignore[attr-defined]  # annotated by with_words
        name=response.reach_name or response.reach_email or response.reach_phone or _("Without a name"),
        company=response.contact.company if response.contact else "",
    )


def with_words(tickets: TicketQuerySet) -> TicketQuerySet:
    """With what a line needs, the start of the comment in place of all of it."""
    return (
        tickets.select_related("response__contact", "owner", "team")
        .annotate(first_words=Left("response__comment", FIRST_WORDS))
        .defer("response__comment", "response__comment_words")
    )


def period(at: datetime) -> tuple[date, date]:
    """The last thirty days of the company's zone, today included."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return today - timedelta(days=PERIOD_DAYS - 1), today


def in_view(tickets: TicketQuerySet, view: str, user: User, at: datetime) -> TicketQuerySet:
    """The tickets of one tab."""
    if view == "resolved":
        return tickets.exclude(resolved_at=None)
    if view == PROMISES:
        rows = in_period(tickets, *period(at)).exclude(first_contact_due_at=None)
        return rows.met() | rows.missed() | rows.overdue(at)
    if view == "due_soon":
        return tickets.due_soon(at)
    if view == "overdue":
        return tickets.overdue(at)
    rows = tickets.unresolved()
    if view == "mine":
        return rows.filter(owner=user)
    if view == "team":
        return rows.filter(team__in=user.teams.all())
    if view == "nobody":
        return rows.filter(owner=None)
    return rows.filter(status=TicketStatus.WAITING) if view == "waiting" else rows


def filtered(tickets: TicketQuerySet, chosen: dict[str, Any], user: User) -> TicketQuerySet:
    """By the filters of QueueFilterForm that are in use."""
    if "score" in chosen:
        tickets = tickets.filter(score=int(chosen["score"]))
    if "group" in chosen:
        tickets = tickets.filter(score__in=[score for score in SCORES if group_of(score) == chosen["group"]])
    if "survey" in chosen:
        tickets = tickets.filter(survey__slug=chosen["survey"])
    if "owner" in chosen:
        owner = {"me": user.pk, "none": None}.get(chosen["owner"], chosen["owner"])
        tickets = tickets.filter(owner=owner)
    if "team" in chosen:
        tickets = tickets.filter(team=chosen["team"])
    if "language" in chosen:
        tickets = tickets.filter(response__language=chosen["language"])
    return tickets


def figures_for(user: User, visible: TicketQuerySet, at: datetime) -> Figures:
    """The top line; six queries."""
    first_day, last_day = period(at)
    return Figures(
        nps=nps_figures(Survey.objects.visible_to(user), first_day=first_day, last_day=last_day),
        first_day=first_day,
        last_day=last_day,
        open=bounded_count(visible.unresolved()),
        due_soon=bounded_count(visible.due_soon(at)),
        overdue=bounded_count(visible.overdue(at)),
        promises=promises(visible, at=at, first_day=first_day, last_day=last_day),
    )


def _figure_words(figures: Figures) -> dict[str, Any]:
    nps, kept = figures.nps, figures.promises
    known = nps.nps is not None and nps.nps_low is not None and nps.nps_high is not None
    return {
        "nps": signed(nps.nps) if nps.nps is not None else "–",
        "nps_low": signed(nps.nps_low) if nps.nps_low is not None else "",
        "nps_high": signed(nps.nps_high) if nps.nps_high is not None else "",
        "nps_n": nps.responses,
        "range": {"low": nps.nps_low, "high": nps.nps_high, "dot": nps.nps - 1.5}
        if known and nps.nps is not None
        else None,
        "open": count_words(figures.open, COUNT_LIMIT),
        "due_soon": count_words(figures.due_soon, COUNT_LIMIT),
        "overdue": count_words(figures.overdue, COUNT_LIMIT),
        "kept": f"{round(100 * kept.met_share)} %" if kept.met_share is not None else "–",
        "kept_n": kept.n,
        "answers_url": f"{reverse('followup:answers')}?from={figures.first_day}&to={figures.last_day}",
    }


def _tabs(
    request: StaffRequest, view: str, visible: TicketQuerySet, figures: Figures, at: datetime
) -> list[dict[str, Any]]:
    counts = {"all": figures.open, "due_soon": figures.due_soon, "overdue": figures.overdue}
    for name in ("mine", "team", "nobody", "waiting"):
        counts[name] = bounded_count(in_view(visible, name, request.user, at))
    return [
        {
            "label": label,
            "count": count_words(counts[name], COUNT_LIMIT) if name in counts else "",
            "href": address(request.GET, view=name if name != "all" else None),
            "is_current": name == view,
        }
        for name, label in TABS.items()
    ]


def _next_call(rows: Sequence[Row], at: datetime) -> Row | None:
    """The first of the queue, when its clock runs."""
    first = rows[0] if rows else None
    return first if first and first.ticket.stage_at(at) <= Stage.ON_TIME else None


@viewer_required
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """Figures, next call, queue; a fixed number of queries. A filter that cannot be used is named, with status 400."""
    user, at = request.user, timezone.now()
    visible = Ticket.objects.visible_to(user)
    form = QueueFilterForm(
        request.GET,
        surveys=Survey.objects.visible_to(user),
        owners=User.objects.workers().filter(is_service=False),
        teams=Team.objects.all() if user.all_teams or user.is_at_least("admin") else user.teams.all(),
    )
    chosen, faults = form.in_use(), form.faults()
    view = request.GET.get("view", "all")
    if view not in TABS and view != PROMISES:
        allowed = ", ".join([*TABS, PROMISES])
        faults.append(
            _("View cannot be “%(value)s”. Allowed: %(allowed)s.") % {"value": view[:100], "allowed": allowed}
        )
        view = "all"
    tickets = filtered(in_view(visible, view, user, at), chosen, user)
    after = request.GET.get("after", "")
    newest_first = view in NEWEST_FIRST
    try:
        if after:
            tickets = before_id(tickets, after) if newest_first else after_in_queue(tickets, after)
    except BadKey:
        faults.append(_("This page of the queue does not exist. Begin at its first page."))
    ordered = tickets.order_by("-pk") if newest_first else tickets.in_queue_order()
    found, has_more = cut(with_words(ordered) if not faults else ordered.none())
    rows = [row_of(ticket, at) for ticket in found]
    figures = figures_for(user, visible, at)
    last = found[-1] if has_more else None
    context = {
        "room": "desk",
        "figures": _figure_words(figures),
        "tabs": _tabs(request, view, visible, figures, at),
        "view": view,
        "form": form,
        "faults": faults,
        "chosen": [f"{form.fields[name].label}: {_label(form, name)}" for name in chosen],
        "clear_url": f"?view={view}" if view != "all" else "?",
        "rows": rows,
        "next": _next_call(rows, at) if not after and not newest_first else None,
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(last.pk) if newest_first else queue_key(last)) if last else "",
    }
    return render(request, "followup/desk.html", context, status=400 if faults else 200)


def _label(form: QueueFilterForm, name: str) -> str:
    """The chosen option of a filter in its own words."""
    choices = {str(value): label for value, label in form.fields[name].choices}  # type: ignore[attr-defined]
    return str(choices.get(form.data[name], form.data[name]))
