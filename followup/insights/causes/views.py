"""/insights/causes/: the ranking of root causes, and the same as a table to download."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from followup.desk.queue.outcomes import ANY_CAUSE
from followup.insights.causes import words
from followup.insights.causes.forms import CauseFilterForm
from followup.insights.causes.ranking import Ranking, Row, rank
from followup.insights.estimates.small_groups import LEAST
from followup.insights.improvements.services import under_way
from followup.insights.kept.reading import kept_figures
from followup.insights.overview.words import span_of
from followup.insights.themes.tagged import tagged
from followup.presentation.wording import rounded
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import company_day
from nps_project.common.paging import address
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused

SPANS = (30, 90, 365)  # days that one click chooses
FIELDS = (
    "root_cause", "name", "hidden", "n", "share", "share_before", "change", "low", "high", "is_noise", "customers",
    "value", "currency", "gestures", "cost", "scored_again", "recovered",
)  # fmt: skip


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def causes(request: StaffRequest) -> HttpResponse:
    """The page; three queries of its own. A filter that cannot be used is named, with status 400."""
    at, form = timezone.now(), CauseFilterForm(request.GET, request.user)
    faults = form.faults()
    period = form.period(at)
    tickets = form.tickets(request.user)
    ranking = rank(tickets.none() if faults else tickets, period)
    lines = words.lines_of(ranking, request.GET.dict())
    of_answers = not faults and not {"team", "owner"} & set(form.in_use())
    suggested = tagged(form.surveys(request.user), period) if of_answers else []
    started = under_way(request.user, [row.id for row in ranking.rows])
    context = {
        "room": "insights",
        "here": "causes",
        "form": form,
        "faults": faults,
        "chosen": form.in_words(),
        "clear_url": "?",
        "period": period,
        "days": span_of(period),
        "spans": _spans(request, period.days, is_until_now="to" not in form.in_use()),
        "ranking": ranking,
        "n_words": _n_words(ranking),
        "all_url": words.tickets_url(ranking, request.GET.dict(), cause=ANY_CAUSE),
        "lines": [(line, started.get(line.row.id, [])) for line in lines],
        "hidden": [(row, words.name_of(row), started.get(row.id, [])) for row in ranking.hidden],
        "suggested": words.suggested_lines(suggested),
        "small": LEAST,
        "may_change": request.user.is_at_least(Role.MANAGER),
        "csv_url": reverse("causes:csv") + address(request.GET),
        "xlsx_url": reverse("causes:xlsx") + address(request.GET),
    }
    return render(request, "followup/insights/causes.html", context, status=400 if faults else 200)


def _spans(request: StaffRequest, days: int, *, is_until_now: bool) -> list[dict[str, Any]]:
    """The periods that one click chooses."""
    today = company_day(timezone.now())
    return [
        {
            "words": ngettext("%(n)d day", "%(n)d days", span) % {"n": span},
            "href": address(request.GET, **{"from": (today - timedelta(days=span - 1)).isoformat(), "to": None}),
            "is_current": is_until_now and days == span,
        }
        for span in SPANS
    ]


def _n_words(ranking: Ranking) -> str:
    return ngettext("%(n)s ticket names a cause", "%(n)s tickets name a cause", ranking.n) % {"n": rounded(ranking.n)}


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The ranking of this address as a table; small groups are hidden there, too. `kind`: csv or xlsx."""
    form = CauseFilterForm(request.GET, request.user)
    if faults := form.faults():
        return refused(*faults)
    ranking = rank(form.tickets(request.user), form.period(timezone.now()))
    about = "filters " + (" ".join(sorted(form.in_use())) or "none")
    return download(request, _pages(ranking), kind=kind, name="causes", about=about)


def _pages(ranking: Ranking) -> Iterator[list[list[object]]]:
    yield [[*FIELDS]]
    yield [_cells(row, ranking) for row in (*ranking.shown, *ranking.hidden)]


def _cells(row: Row, ranking: Ranking) -> list[object]:
    if row.is_hidden:
        return [row.slug, words.name_of(row), "true", *[""] * (len(FIELDS) - 3)]
    trend = row.trend
    changed: list[object] = ["", "", "", ""]
    if trend is not None:
        changed = [_rounded(trend.value), _rounded(trend.low), _rounded(trend.high), "true" if trend.is_noise else
                   "false"]  # fmt: skip
    again: list[object] = [row.recovered.of, row.recovered.n] if row.is_recovery_known else ["", ""]
    return [
        row.slug, words.name_of(row), "false", row.n, _rounded(row.share.share),
        "" if row.was_hidden else _rounded(row.before.share), *changed, _told(row.customers),
        _told(row.value), ranking.currency, _told(row.gestures),
        ", ".join(f"{amount} {currency}".strip() for currency, amount in row.sums or ()), *again,
    ]  # fmt: skip


def _told(figure: object) -> object:
    return "" if figure is None else figure


def _rounded(part: float | None) -> object:
    return "" if part is None else round(part, 4)
