"""The page of silent risk and money, its pictures and tables as files, and one click to a ticket."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.errors import AlreadyOpened, InvalidAction, WrongState
from followup.insights.kept.reading import kept_figures
from followup.insights.overview.words import span_of
from followup.insights.pictures.drawing import inside_page
from followup.insights.pictures.serving import picture_file
from followup.insights.recovery.facts import surveys_of_second_scores
from followup.insights.recovery.query import Selection
from followup.insights.recovery.screens.page import Shown
from followup.insights.risk import customers as lists
from followup.insights.risk.models import AtRisk, AtRiskQuerySet, Reason
from followup.insights.risk.money import gestures, stakes
from followup.insights.risk.opening import open_proactive
from followup.insights.risk.screens import drawn, export, words
from followup.insights.risk.screens.drawn import Money
from followup.insights.risk.screens.forms import RiskForm
from followup.models import RootCause, Ticket
from followup.presentation.wording import rounded, when
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, agent_required, viewer_required
from nps_project.common.dates import company_day
from nps_project.common.paging import BadKey, address
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused
from surveys.campaigns.first_steps.models import OwnCompany


def _form(request: StaffRequest, at: datetime) -> RiskForm:
    return RiskForm(request.GET, request.user, company_day(at))


def _currency() -> str:
    return str(OwnCompany.objects.values_list("currency", flat=True).first() or "")


def _money(request: StaffRequest, form: RiskForm, at: datetime) -> Money:
    """At most five queries."""
    tickets, period = form.tickets(request.user), form.period()
    chosen = Selection(
        tickets.none() if form.faults() else tickets,
        form.surveys(request.user),
        period.first,
        period.last,
        at,
        surveys_of_second_scores(request.user),
    )
    found = stakes.stakes_of(stakes.read(chosen))
    bought = gestures.gestures_of(gestures.read(chosen, str(form.in_use().get("currency") or "")))
    causes = RootCause.objects.select_related("parent").in_bulk([one.key for one in found.by_cause if one.key])
    names: dict[int | None, str] = {key: str(cause) for key, cause in causes.items()}
    return Money(found, bought, _currency(), names | {None: _("Not named yet")})


def _listed(form: RiskForm, rows: AtRiskQuerySet) -> AtRiskQuerySet:
    reason = form.in_use().get("reason")
    return rows.for_reason(reason) if reason else rows


def _tally(form: RiskForm, counts: lists.Counts) -> lists.Tally:
    """The tally of the list that is chosen."""
    reason = form.in_use().get("reason")
    return counts.by_reason[Reason(reason)] if reason else counts.all


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def show(request: StaffRequest) -> HttpResponse:
    """/insights/risk/: who turns away, and what is at stake. A filter that cannot be used is named, with status 400."""
    at = timezone.now()
    form = _form(request, at)
    faults = form.faults()
    has_wrong_filter = bool(faults)
    rows = lists.not_in_hand(form.at_risk(request.user))
    rows = rows.none() if faults else rows
    after = request.GET.get("after", "")
    found: Any = []
    has_more = False
    try:
        if form.is_by_company:
            found, has_more = lists.companies_of(_listed(form, rows), after, request.user)
        else:
            found, has_more = lists.page_of(_listed(form, rows), after)
    except BadKey:
        faults.append(_("This page of the list does not exist. Begin at its first page."))
    counts, money = lists.counts_of(rows), _money(request, form, at)
    may_act = request.user.is_at_least(Role.AGENT)
    context = {
        "room": "insights",
        "form": form,
        "faults": faults,
        "has_wrong_filter": has_wrong_filter,
        "clear_url": "?",
        "is_by_company": form.is_by_company,
        "is_filtered": bool(form.in_use()),
        "counts": counts,
        "looked_at": when(counts.looked_at, at, is_inside=True) if counts.looked_at else "",
        "worth": words.worth_a_year(counts.all.value, money.currency),
        "reasons": words.reason_lines(counts, money.currency, request.GET),
        "all_url": address(request.GET, reason=None),
        "has_reason": "reason" in form.in_use(),
        "customers": [] if form.is_by_company else [
            words.customer_line(row, money.currency, may_act=may_act) for row in found
        ],
        "companies": [words.company_line(line, money.currency, request.GET) for line in found]
        if form.is_by_company else [],
        "of_no_company": _tally(form, counts).of_no_company if form.is_by_company else 0,
        "by_customer_url": address(request.GET, by=None, company=None),
        "by_company_url": address(request.GET, by="companies", company=None),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=_cursor(found[-1])) if has_more else "",
        "csv_url": reverse("risk:customers", args=["csv"]) + address(request.GET) if found else "",
        "xlsx_url": reverse("risk:customers", args=["xlsx"]) + address(request.GET) if found else "",
        "query": address(request.GET),
        **_money_context(request, form, money),
    }  # fmt: skip
    return render(request, "followup/insights/risk/risk.html", context, status=400 if faults else 200)


def _cursor(last: Any) -> str:
    return lists.cursor_of(last) if isinstance(last, AtRisk) else str(last.cursor)


def _money_context(request: StaffRequest, form: RiskForm, money: Money) -> dict[str, Any]:
    currency = money.currency
    made = {name: draw(money, ()) for name, draw in drawn.PICTURES.items()}
    return {
        "period": span_of(form.period()),
        "score_label": _("Score"),
        "score_caption": _("What unhappy customers are worth, by score"),
        "cause_label": _("Root cause"),
        "cause_caption": _("What unhappy customers are worth, by root cause"),
        "whole": words.stake_line(money.stakes.whole, _("All"), currency),
        "unhappy": money.stakes.whole.n,
        "strangers": money.stakes.strangers,
        "by_score": [words.stake_line(line, str(line.key), currency) for line in money.stakes.by_score],
        "by_cause": [words.stake_line(line, money.names.get(line.key, ""), currency) for line in money.stakes.by_cause],
        "groups": [words.group_line(one, money.gestures) for one in (*money.gestures.groups, money.gestures.any)],
        "gestures": money.gestures,
        "gesture_words": words.gesture_words(money.gestures),
        "units": words.units(money.gestures),
        "figures_url": reverse("risk:figures") + address(request.GET),
        "pictures": {
            name: Shown(
                inside_page(picture, name),
                *(reverse("risk:picture", args=[name, kind]) + address(request.GET) for kind in ("svg", "png")),
            )
            for name, picture in made.items()
            if picture is not None
        },
    }


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def picture(request: StaffRequest, name: str, kind: str) -> HttpResponse:
    """One picture as a file: svg or png. Raises: Http404 where there is nothing to draw."""
    at = timezone.now()
    form = _form(request, at)
    if name not in drawn.PICTURES or form.faults():
        raise Http404
    money = _money(request, form, at)
    notes = [span_of(form.period()), _("unhappy customers: %(n)s") % {"n": rounded(money.stakes.whole.n)}]
    made = drawn.PICTURES[name](money, notes)
    if made is None:
        raise Http404
    return picture_file(made, kind, f"risk-{name}")


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def figures(request: StaffRequest) -> HttpResponseBase:
    """Every figure of money as a table."""
    at = timezone.now()
    form = _form(request, at)
    if faults := form.faults():
        return refused(*faults)
    rows = list(export.figure_rows(_money(request, form, at)))
    return download(request, iter([rows]), kind="csv", name="risk", about=_about(form))


@viewer_required
@require_safe
@read_from_replica
def customers(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The customers of the list as a table: csv or xlsx."""
    form = _form(request, timezone.now())
    if kind not in ("csv", "xlsx"):
        raise Http404
    if faults := form.faults():
        return refused(*faults)
    pages: Iterator[list[list[object]]] = export.customer_pages(_listed(form, form.at_risk(request.user)), _currency())
    return download(request, pages, kind=kind, name="customers-at-risk", about=_about(form))


def _about(form: RiskForm) -> str:
    return "filters " + (" ".join(sorted(form.in_use())) or "none")


@agent_required
@require_POST
def open_ticket(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Open the ticket of a customer at risk: 303 to it, or back to the list where that is no longer so."""
    row = AtRisk.objects.visible_to(request.user).select_related("response").filter(contact=contact_id).first()
    if row is None:
        messages.info(request, _("This customer is no longer on the list: a colleague may have taken them on."))
        return _back(request)
    try:
        ticket = open_proactive(row, why=", ".join(words.why(row)), by=request.user)
    except AlreadyOpened:
        messages.info(request, _("This customer has a ticket for that answer already."))
        known = Ticket.objects.visible_to(request.user).filter(response=row.response_id).first()
        return _back(request) if known is None else _to(known)
    except (InvalidAction, WrongState):
        messages.error(
            request, _("This customer has no answer that counts. Call them, and take their answer by phone.")
        )
        return _back(request)
    messages.success(request, _("The ticket is open, and says why."))
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return _back(request)
    return _to(ticket)


def _to(ticket: Ticket) -> HttpResponse:
    return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)


def _back(request: StaffRequest) -> HttpResponse:
    query: Any = request.POST.get("query", "")[:500]
    query = query if query.startswith("?") and query.isprintable() else ""
    return HttpResponseRedirect(reverse("risk:risk") + query, status=303)
