"""The customers and tickets behind a number of the page about the silent, newest first."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.insights.overview.words import span_of
from followup.insights.recovery import facts
from followup.insights.recovery.screens.page import ticket_line
from followup.insights.silence.figures import funnel, rates
from followup.insights.silence.figures.dimensions import SEGMENT
from followup.insights.silence.forms import SilenceForm
from followup.insights.silence.screens import texts
from followup.insights.silence.screens.page import NONE, form_of
from followup.presentation.wording import count_words
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common import paging
from nps_project.common.paging import BadKey, address, before_id
from nps_project.common.replica import read_from_replica
from surveys.models import InvitationChannel
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.tallying.days.asks.states import ANSWERED, COMMENTED, DELIVERED

_PEOPLE: dict[str, Q] = {
    "asked": Q(),
    "delivered": DELIVERED,
    "answered": ANSWERED,
    "commented": COMMENTED,
    "silent": ~ANSWERED,
}
_TICKETS: dict[str, Callable[[], Q]] = {
    "tickets": Q,
    "followed_up": lambda: Q(first_contact_at__isnull=False),
    "recovered": lambda: Q(second__gt=HIGHEST_DETRACTOR),
}


@viewer_required
@require_safe
@read_from_replica
def people(request: StaffRequest) -> HttpResponse:
    """Who was asked and is behind a number: ?figure=, with the page's filters, a channel, and a group."""
    form = form_of(request)
    figure, faults = _figure(request, form, list(_PEOPLE))
    rows: QuerySet[Any, Any] = form.scope().asked().filter(_PEOPLE[figure])
    rows = _narrowed(request, rows, faults)
    rows = _of_group(request, form, rows, faults)
    found, links = _paged(request, rows.order_by("-pk").select_related("contact", "response", "survey"), faults)
    context = {"rows": found, **links, **_head(request, form, figure, faults)}
    return render(request, "followup/insights/silence/people.html", context, status=400 if faults else 200)


@viewer_required
@require_safe
@read_from_replica
def tickets(request: StaffRequest) -> HttpResponse:
    """The tickets behind a number. Second scores may be of surveys that the reader does not see: who sees all teams
    alone may list them."""
    form, at = form_of(request), timezone.now()
    allowed = [name for name in _TICKETS if name != "recovered" or request.user.sees_all_teams]
    figure, faults = _figure(request, form, allowed)
    rows = funnel.tickets(form.scope(), request.user)
    rows = rows.annotate(second=facts.second_score(facts.surveys_of_second_scores(request.user))).filter(
        _TICKETS[figure]()
    )
    rows = _narrowed(request, rows, faults, "response__invitation__")
    rows = rows.select_related("response__contact", "owner", "survey").defer(
        "response__search_vector", "response__contact__search_vector"
    )
    found, links = _paged(request, rows.order_by("-pk"), faults)
    lines = [ticket_line(ticket, request.user, at) for ticket in found]
    context = {"lines": lines, **links, **_head(request, form, figure, faults)}
    return render(request, "followup/insights/silence/tickets.html", context, status=400 if faults else 200)


def _figure(request: StaffRequest, form: SilenceForm, allowed: list[str]) -> tuple[str, list[str]]:
    faults, figure = form.faults(), request.GET.get("figure", allowed[0])
    if figure in allowed:
        return figure, faults
    words = _("Figure cannot be “%(value)s”. Allowed: %(allowed)s.")
    return allowed[0], [*faults, words % {"value": figure[:100], "allowed": ", ".join(allowed)}]


def _narrowed(request: StaffRequest, rows: QuerySet[Any, Any], faults: list[str], way: str = "") -> QuerySet[Any, Any]:
    """Those of one channel, or of no campaign."""
    channel = request.GET.get("channel", "")
    if channel and channel not in InvitationChannel.values:
        words = _("Channel cannot be “%(value)s”. Allowed: %(allowed)s.")
        faults.append(words % {"value": channel[:100], "allowed": ", ".join(InvitationChannel.values)})
    elif channel:
        rows = rows.filter(**{f"{way}channel": channel})
    if request.GET.get("without") == "campaign":
        rows = rows.filter(**{f"{way}campaign": None})
    return rows


def _of_group(
    request: StaffRequest, form: SilenceForm, rows: QuerySet[Any, Any], faults: list[str]
) -> QuerySet[Any, Any]:
    """Those of one group of the page's second table."""
    value = request.GET.get("value", "")
    if not value or faults:
        return rows
    if form.divided_by() != SEGMENT:
        return rates.with_part(rows, form.divided_by()).filter(
            Q(part=None) | Q(part="") if value == NONE else Q(part=value.replace("\0", ""))
        )
    segment = next((one for one in rates.segments(request.user) if one.slug == value), None)
    if segment is None:
        faults.append(_("There is no segment “%(value)s”.") % {"value": value[:100]})
        return rows
    return rates.in_segment(rows, segment, request.user)


def _paged(request: StaffRequest, rows: QuerySet[Any, Any], faults: list[str]) -> tuple[Any, dict[str, str]]:
    n = 0 if faults else paging.bounded_count(rows)
    after = request.GET.get("after", "")
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults.append(_("This page of the list does not exist. Begin at its first page."))
    found, has_more = paging.page(rows if not faults else rows.none())
    return found, {
        "n": count_words(n, paging.COUNT_LIMIT),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }


def _head(request: StaffRequest, form: SilenceForm, figure: str, faults: list[str]) -> dict[str, Any]:
    gone = dict.fromkeys(("figure", "channel", "without", "value"))
    return {
        "room": "insights",
        "faults": faults,
        "clear_url": reverse("silence:page"),
        "title": texts.NAMES[figure],
        "period": span_of(form.period()),
        "back_url": reverse("silence:page") + address(request.GET, **gone),
        "sees_second": request.user.sees_all_teams,
    }
