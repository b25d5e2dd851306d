"""The pages of the desk: its figures, the next call, and the queue."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Left
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from followup.desk.queue import kept_views
from followup.desk.queue.forms import BulkForm, QueueFilterForm
from followup.desk.queue.next_call import next_call
from followup.desk.queue.query import LANES, TABS, Selection, filtered, in_view, period, select
from followup.models import Promise, Ticket
from followup.models.ticket import TicketQuerySet
from followup.notify import floods
from followup.notify.cover import Cover
from followup.presentation.wording import Clock, clock_of, count_words, reason, signed
from followup.statistics import Promises, promises
from followup.tickets import search
from nps_project.accounts.models import Role, User
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common import paging
from nps_project.common.paging import COUNT_LIMIT, address, bounded_count, bounded_counts
from nps_project.web import form_submissions
from surveys.models import Survey
from surveys.scoring import NpsFigures
from surveys.services import flood
from surveys.statistics import doubtful_counts, nps_figures

FIRST_WORDS = 200
UNCOUNTED = ("resolved",)
MORE_FILTERS = ("due_state", "cause", "trait", "tag", "value_from", "value_to", "sort")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue, in words."""

    ticket: Ticket
    clock: Clock
    reason: str
    words: str
    name: str
    company: str

    @property
    def fingerprint(self) -> str:
        """A code that changes with what the line shows, except for the minutes of its clock."""
        ticket = self.ticket
        shown = (
            ticket.score, self.clock.state, self.reason, self.words, self.name, self.company, ticket.tags,
            ticket.owner_id, ticket.history_count,
        )  # fmt: skip
        return _fingerprint_of(shown)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures above the queue."""

    nps: NpsFigures
    with_doubtful: NpsFigures | None  # as if the answers that wait for a decision counted; None where none waits
    first_day: date
    last_day: date
    promises: Promises


def rows_of(tickets: Sequence[Ticket], at: datetime) -> list[Row]:
    """The lines of tickets that `with_words` read; one query, for the first open promise of each."""
    promised = {promise.ticket_id: promise for promise in Promise.objects.first_open([one.pk for one in tickets])}
    return [_row_of(ticket, promised.get(ticket.pk), at) for ticket in tickets]


def _row_of(ticket: Ticket, promised: Promise | None, at: datetime) -> Row:
    response = ticket.response
    return Row(
        ticket=ticket,
        clock=clock_of(ticket, at),
        reason=reason(ticket, at, promised),
        words=ticket.first_words,  # type: ignore[attr-defined]  # annotated by with_words
        name=response.reach_name or response.reach_email or response.reach_phone or _("Without a name"),
        company=response.contact.company_name if response.contact else "",
    )


def with_words(tickets: TicketQuerySet) -> TicketQuerySet:
    """The tickets with what their lines need; of each comment only the beginning is read."""
    return (
        tickets.select_related("response__contact", "owner", "team")
        .annotate(first_words=Left("response__comment", FIRST_WORDS))
        .defer("response__comment", "response__search_vector")
    )


def figures_for(user: User, visible: TicketQuerySet, at: datetime, *, has_doubtful: bool = False) -> Figures:
    """The figures above the queue, but for its counts; three queries.

    `has_doubtful`: some answers wait, and not too many to count them.
    """
    first_day, last_day = period(at)
    visible, surveys = visible.of_detractors(), Survey.objects.visible_to(user)
    doubtful = doubtful_counts(surveys, first_day=first_day, last_day=last_day) if has_doubtful else {}
    nps = nps_figures(surveys, first_day=first_day, last_day=last_day)
    return Figures(
        nps=nps,
        with_doubtful=nps.plus(doubtful) if doubtful else None,
        first_day=first_day,
        last_day=last_day,
        promises=promises(visible, at=at, first_day=first_day, last_day=last_day),
    )


def _counts(user: User, visible: TicketQuerySet, cover: Cover) -> dict[str, int]:
    """How many tickets each tab holds, at most COUNT_LIMIT + 1; one query."""
    counted = [name for name in TABS if name not in UNCOUNTED]
    return dict(zip(counted, bounded_counts([in_view(visible, name, user, cover) for name in counted]), strict=True))


def _figure_words(figures: Figures, counts: Mapping[str, int]) -> dict[str, Any]:
    nps, kept = figures.nps, figures.promises
    known = nps.nps is not None and nps.nps_low is not None and nps.nps_high is not None
    return {
        "nps": signed(nps.nps) if nps.nps is not None else "–",
        "nps_low": signed(nps.nps_low) if nps.nps_low is not None else "",
        "nps_high": signed(nps.nps_high) if nps.nps_high is not None else "",
        "nps_n": nps.responses,
        "with_doubtful": _doubtful_words(figures.with_doubtful),
        "range": {"low": nps.nps_low, "high": nps.nps_high, "dot": nps.nps - 1.5}
        if known and nps.nps is not None
        else None,
        "open": count_words(counts["all"], COUNT_LIMIT),
        "due_soon": count_words(counts["due_soon"], COUNT_LIMIT),
        "overdue": count_words(counts["overdue"], COUNT_LIMIT),
        "kept": f"{round(100 * kept.met_share)} %" if kept.met_share is not None else "–",
        "kept_n": kept.n,
        "answers_url": f"{reverse('followup:answers')}?from={figures.first_day}&to={figures.last_day}",
    }


def _doubtful_words(nps: NpsFigures | None) -> dict[str, Any] | None:
    if nps is None or nps.nps is None or nps.nps_low is None or nps.nps_high is None:
        return None
    known = {"nps": nps.nps, "low": nps.nps_low, "high": nps.nps_high}
    return {name: signed(value) for name, value in known.items()} | {"n": nps.responses}


def _tabs(request: StaffRequest, view: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tabs with their counts. A lane stands there while it holds something, or is looked at."""
    return [
        {
            "label": label,
            "count": count_words(counts[name], COUNT_LIMIT) if name in counts else "",
            "href": address(request.GET, view=name if name != "all" else None),
            "is_current": name == view,
        }
        for name, label in TABS.items()
        if name not in LANES or counts[name] or name == view
    ]


def _offers_next_call(selection: Selection, user: User) -> bool:
    """Who works on tickets is told whom to call next, but not in the middle of a search, a list or another order."""
    is_queue = selection.is_first_page and selection.order == "queue" and "q" not in selection.chosen
    return is_queue and not selection.faults and user.is_at_least(Role.AGENT)


def _whose(ticket: Ticket, user: User) -> str:
    """Why this person calls: in a word or two."""
    if ticket.owner is None or not ticket.owner.is_active:
        return _("Nobody has it yet")
    return _("Yours") if ticket.owner == user else _("You stand in for %(name)s") % {"name": ticket.owner}


@viewer_required
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """The desk's page; a fixed number of queries. A filter that cannot be used is named, with status 400."""
    user, at = request.user, timezone.now()
    selection = select(request.GET, user, at)
    found, has_more = paging.page(with_words(selection.rows))
    offers_next = _offers_next_call(selection, user)
    to_call = list(with_words(next_call(selection.tickets, user, selection.cover))) if offers_next else []
    lines = rows_of([*found, *to_call], at)
    rows, following = lines[: len(found)], next(iter(lines[len(found) :]), None)
    visible = Ticket.objects.visible_to(user)
    waiting = flood.waiting(user)
    figures = figures_for(user, visible, at, has_doubtful=bool(waiting) and not any(one.is_more for one in waiting))
    counts = _counts(user, visible, selection.cover)
    view, is_first = selection.view, selection.is_first_page
    may_act = user.is_at_least(Role.AGENT)
    context = {
        "room": "desk",
        "figures": _figure_words(figures, counts),
        "waiting": [(one, floods.waiting_url(one.slug)) for one in waiting],
        "tabs": _tabs(request, view, counts),
        "view": view,
        "form": selection.form,
        "first_filters": [selection.form[name] for name in selection.form.fields if name not in MORE_FILTERS],
        "more_filters": [selection.form[name] for name in MORE_FILTERS],
        "more_in_use": any(name in selection.chosen for name in MORE_FILTERS),
        "faults": selection.faults,
        "chosen": [f"{selection.form.fields[name].label}: {_label(selection.form, name)}" for name in selection.chosen],
        "clear_url": f"?view={view}" if view != "all" else "?",
        "rows": rows,
        "bulk": BulkForm(auto_id="bulk_%s") if may_act and rows else None,
        "submission": form_submissions.new_submission(),
        "next": following,
        "whose": _whose(following.ticket, user) if following else "",
        "nothing_yet": not rows,
        "nobody_to_call": offers_next and rows and not following,
        "first_url": "" if is_first else address(request.GET),
        "more_url": address(request.GET, after=selection.key_after(found[-1])) if has_more else "",
        "saved": kept_views.of(user),
        "may_share": user.is_at_least(Role.MANAGER),
        "live_url": f"{reverse('followup:desk_live')}?{request.GET.urlencode()}",
        "export_url": f"{reverse('followup:desk_export')}?{request.GET.urlencode()}",
        "export_xlsx_url": f"{reverse('followup:desk_export_xlsx')}?{request.GET.urlencode()}",
        "fingerprint": _fingerprint_of(row.fingerprint for row in rows),
    }
    if "q" in selection.chosen and not selection.faults:
        context |= _more_of_the_search(request, selection, visible, is_empty=not found)
    return render(request, "followup/desk/queue/desk.html", context, status=400 if selection.faults else 200)


@viewer_required
@require_safe
def live(request: StaffRequest) -> HttpResponse:
    """What the queue of an address shows now, for the script that keeps it fresh; 304 when nothing changed.

    {"fingerprint": …, "rows": {id: {"fingerprint": …, "clock": {"words": …, …}}}}. The fingerprints change with the
    rows, not with the minutes of their clocks.
    """
    at = timezone.now()
    found, _has_more = paging.page(with_words(select(request.GET, request.user, at).rows))
    rows = rows_of(found, at)
    lines = {str(row.ticket.pk): {"fingerprint": row.fingerprint, "clock": asdict(row.clock)} for row in rows}
    answer = JsonResponse({"fingerprint": _fingerprint_of(row.fingerprint for row in rows), "rows": lines})
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    answer["ETag"] = tag
    return answer


def _more_of_the_search(
    request: StaffRequest, selection: Selection, visible: TicketQuerySet, *, is_empty: bool
) -> dict[str, Any]:
    """What a search finds under Resolved, and whether its words are too common; at most two queries."""
    resolved = 0
    if selection.view != "resolved":
        rows = in_view(visible, "resolved", request.user, selection.cover)
        resolved = bounded_count(filtered(rows, selection.chosen, request.user, selection.cover))
    number = count_words(resolved, COUNT_LIMIT)
    words = ngettext("%(n)s more under Resolved", "%(n)s more under Resolved", resolved) % {"n": number}
    return {
        "resolved_words": words if resolved else "",
        "resolved_url": address(request.GET, view="resolved"),
        "too_common": is_empty and search.are_common(selection.chosen["q"]),
    }


def _fingerprint_of(shown: Iterable[object]) -> str:
    return hashlib.sha256(repr(tuple(shown)).encode()).hexdigest()[:20]


def _label(form: QueueFilterForm, name: str) -> str:
    """The chosen option of a filter in its own words."""
    choices = getattr(form.fields[name], "choices", ())
    words = {str(value): label for value, label in choices}
    return str(words.get(form.data[name], form.data[name]))
