"""The page of groups of customers: which differ from the rest, two side by side, and the change taken apart."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.insights.comparing.change import nps_change
from followup.insights.comparing.mix import Parts, taken_apart
from followup.insights.figures.periods import Period
from followup.insights.kept.reading import kept_figures
from followup.insights.overview.words import change_words, span_of, with_sign
from followup.insights.pictures.drawing import inside_page
from followup.insights.pictures.serving import picture_file
from followup.insights.segments.dimensions import Part, parts_of
from followup.insights.segments.forms import CompareForm
from followup.insights.segments.pictures import groups_picture
from followup.insights.segments.table import MOST, Row, table_of
from followup.presentation.addresses import counted_answers
from followup.presentation.wording import signed
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import company_day
from nps_project.common.paging import address
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused
from surveys.contacts.traits import TRAIT_FILTER, read_pair
from surveys.scoring import NpsFigures

FIELDS = ("value", "name", "responses", "nps", "nps_low", "nps_high", "differs", "hidden")  # of the table as a file


def _form(request: StaffRequest) -> CompareForm:
    return CompareForm(request.GET, request.user, company_day(timezone.now()))


def _parts(request: StaffRequest, form: CompareForm, period: Period) -> list[Part]:
    surveys = form.surveys(request.user)
    return parts_of(surveys, form.dimension(), first_day=period.first, last_day=period.last)


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def page(request: StaffRequest) -> HttpResponse:
    """The NPS by anything; a filter that cannot be used is named, with status 400."""
    form = _form(request)
    faults = form.faults()
    period = form.period()
    before = period.compared_with(form.compared_with())
    parts, parts_before = _parts(request, form, period), _parts(request, form, before)
    table = table_of(parts)
    form.offer(table.rows)
    drawn, pair = groups_picture(table), form.chosen(table.rows)
    context = {
        "room": "insights",
        "form": form,
        "faults": faults,
        "period": span_of(period),
        "before_period": span_of(before),
        "divided_by": _lower(dict(form.fields["by"].choices).get(form.dimension(), "")),  # type: ignore[attr-defined]
        "table": table,
        "rows": [_line(row, form, period) for row in table.rows],
        "others": _line(table.others, form, period) if table.others.hidden or table.others.responses else None,
        "differing": [row.name or _("without") for row in table.rows if row.differs],
        "picture": inside_page(drawn, "groups") if drawn else "",
        "files": {
            kind: reverse("insights:compare_picture", args=[kind]) + address(request.GET) for kind in ("png", "svg")
        },
        "csv_url": reverse("insights:compare_csv") + address(request.GET),
        "pair": _side_by_side(*pair) if pair else None,
        "apart": _apart(parts_before, parts),
    }
    return render(request, "followup/insights/compare.html", context, status=400 if faults else 200)


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def picture(request: StaffRequest, kind: str) -> HttpResponse:
    """The picture as a file. Raises: Http404 where there is nothing to draw."""
    form = _form(request)
    period = form.period()
    if form.faults():
        raise Http404
    table = table_of(_parts(request, form, period))
    drawn = groups_picture(table, notes=[span_of(period), f"n {table.whole.responses}"])
    if drawn is None:
        raise Http404
    return picture_file(drawn, kind, "nps-by-group")


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """The table, unrounded; hidden groups have no figures. A filter that cannot be used is named, with status 400."""
    form = _form(request)
    if faults := form.faults():
        return refused(*faults)
    period = form.period()
    table = table_of(_parts(request, form, period))
    found: list[list[object]] = [[*FIELDS]]
    found += [["" if (value := getattr(row, name)) is None else value for name in FIELDS] for row in table.rows]
    about = f"{form.dimension()} of {period.first} to {period.last}"
    return download(request, iter([found]), kind="csv", name="groups", about=about)


def _line(row: Row, form: CompareForm, period: Period) -> dict[str, Any]:
    known = row.nps is not None and row.nps_low is not None and row.nps_high is not None
    asked = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    if chosen := form.in_use().get("survey"):
        asked["survey"] = str(chosen)
    return {
        "name": row.name or _("without"),
        "n": row.responses,
        "nps": signed(row.nps) if known and row.nps is not None else "–",
        "low": signed(row.nps_low) if row.nps_low is not None else "",
        "high": signed(row.nps_high) if row.nps_high is not None else "",
        "differs": row.differs,
        "hidden": row.hidden,
        "url": "" if row.hidden else _answers_of(row.value, form.dimension(), asked),
    }


def _answers_of(value: str, by: str, asked: dict[str, str]) -> str:
    """The address of the answers of a group; "" for those that have none, and for a name that a filter cannot say."""
    if not value:
        return ""
    if not by.startswith(TRAIT_FILTER):
        return counted_answers(asked | {by: value})
    name = by.removeprefix(TRAIT_FILTER)
    pair = f"{name}={value}"
    return counted_answers(asked | {"trait": pair}) if read_pair(pair) == (name, value) else ""


def _lower(label: object) -> str:
    """Inside a sentence."""
    words = str(label)
    return words[:1].lower() + words[1:]


def _side_by_side(one: Row, other: Row) -> dict[str, Any]:
    """Two groups with the difference of the first to the second."""
    change = nps_change(_figures(other), _figures(one))
    return {"one": one.name or _("without"), "other": other.name or _("without"), "change": change_words(change)}


def _figures(row: Row) -> NpsFigures:
    return NpsFigures(0, 0, 0, nps=row.nps, nps_low=row.nps_low, nps_high=row.nps_high)


def _apart(before: list[Part], now: list[Part]) -> dict[str, Any] | None:
    """The change taken apart; None of a period without answers, and of more groups than a table tells apart."""
    if max(len(before), len(now)) > MOST:
        return None
    found: Parts | None = taken_apart(
        {part.value: part.figures for part in before}, {part.value: part.figures for part in now}
    )
    if found is None:
        return None
    return {"whole": with_sign(found.whole), "mix": change_words(found.mix), "inside": change_words(found.inside)}
