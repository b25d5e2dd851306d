"""The page about the silent, its pictures and its table as files."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from followup.insights.kept.reading import kept_figures
from followup.insights.overview.words import span_of
from followup.insights.pictures.drawing import Picture, inside_page
from followup.insights.pictures.serving import picture_file
from followup.insights.recovery.screens.texts import share_words
from followup.insights.silence.calls.progress import finding_of, progress_of
from followup.insights.silence.figures import rates
from followup.insights.silence.figures.funnel import Part, Steps
from followup.insights.silence.figures.read import Silence, read
from followup.insights.silence.figures.weighing import Group
from followup.insights.silence.forms import SilenceForm
from followup.insights.silence.models import CallList
from followup.insights.silence.screens import drawn, export, texts
from followup.presentation.wording import percent
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import company_day
from nps_project.common.paging import address
from nps_project.common.replica import read_from_replica
from nps_project.deliveries.inbound.sources import are_bounces_read
from nps_project.downloads import download, refused

MOST_LISTS = 5
NONE = "-"  # the value of those that have none, in an address
PICTURES = ("steps", "answered", "weighted")


def form_of(request: StaffRequest) -> SilenceForm:
    """The filters of the address."""
    return SilenceForm(request.GET, request.user, company_day(timezone.now()))


def _read(request: StaffRequest, form: SilenceForm) -> Silence:
    return read(form.scope(), request.user, by=form.divided_by(), weigh=form.weighed_by())


def label_of(form: SilenceForm, field: str, name: str) -> str:
    """What a dimension is called, inside a sentence."""
    words = str(dict(form.fields[field].choices).get(name, name))  # type: ignore[attr-defined]
    return words[:1].lower() + words[1:]


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def page(request: StaffRequest) -> HttpResponse:
    """/insights/silence/: a filter that cannot be used is named, with status 400."""
    form = form_of(request)
    faults = form.faults()
    found = _read(request, form)
    lists = list(CallList.objects.visible_to(request.user).select_related("survey")[:MOST_LISTS])
    progress = progress_of(lists)
    by = label_of(form, "by", form.divided_by())
    weigh = label_of(form, "weigh", form.weighed_by())
    pictures = _pictures(found, by)
    context = {
        "room": "insights",
        "form": form,
        "faults": faults,
        "clear_url": "?",
        "period": span_of(form.period()),
        "found": found,
        "blocks": _lines(request, found),
        "steps": texts.STEPS,
        "rate": share_words(found.rates.whole),
        "rate_short": percent(found.rates.whole.share),
        "by": by,
        "rates": [_rate(request, form, row) for row in found.rates.rows],
        "others": share_words(found.rates.others.rate) if found.rates.others else "",
        "weigh": weigh,
        "plain": texts.nps_words(found.weighed.plain),
        "known": texts.nps_words(found.weighed.known),
        "is_partly_known": found.weighed.known.responses != found.weighed.plain.responses,
        "weighed": texts.estimate_words(found.weighed.nps),
        "missing": percent(found.weighed.missing),
        "groups": [_group(one) for one in found.weighed.groups],
        "together": _group(found.weighed.together) if found.weighed.together else None,
        "empty": found.weighed.empty[:10],
        "more_empty": max(0, len(found.weighed.empty) - 10),
        "lists": [
            {"row": one, "progress": progress[one.pk], "words": texts.headline(one, finding_of(one, progress[one.pk]))}
            for one in lists
        ],
        "may_draw": request.user.is_at_least(Role.MANAGER),
        "draw_url": reverse("silence:calls_new") + address(request.GET, by=None, weigh=None),
        "csv_url": reverse("silence:csv") + address(request.GET),
        "pictures": {
            name: {"drawing": inside_page(one, name), **_files(request, name)} for name, one in pictures.items() if one
        },
    }
    return render(request, "followup/insights/silence/page.html", context, status=400 if faults else 200)


def _pictures(found: Silence, by: str, notes: tuple[str, ...] = ()) -> dict[str, Picture | None]:
    return {
        "steps": drawn.funnel(found.funnel.whole, notes),
        "answered": drawn.rates(found.rates, by, notes),
        "weighted": drawn.weighed(found.weighed, notes),
    }


def _files(request: StaffRequest, name: str) -> dict[str, str]:
    return {
        f"{kind}_url": reverse("silence:picture", args=[name, kind]) + address(request.GET) for kind in ("png", "svg")
    }


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def picture(request: StaffRequest, name: str, kind: str) -> HttpResponse:
    """One picture as a file. Raises: Http404 where there is nothing to draw."""
    form = form_of(request)
    if form.faults() or name not in PICTURES:
        raise Http404
    found = _read(request, form)
    made = _pictures(found, label_of(form, "by", form.divided_by()), (span_of(form.period()),))[name]
    if made is None:
        raise Http404
    return picture_file(made, kind, f"silence-{name}")


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """Every figure of the page as a table."""
    form = form_of(request)
    if faults := form.faults():
        return refused(*faults)
    made = list(export.rows(_read(request, form), form.divided_by(), form.weighed_by()))
    about = "filters " + (" ".join(sorted(form.in_use())) or "none")
    return download(request, _pages(made), kind="csv", name="silence", about=about)


def _pages(rows: list[list[object]]) -> Iterator[list[list[object]]]:
    yield rows


def _lines(request: StaffRequest, found: Silence) -> list[dict[str, Any]]:
    """The table of the steps: all, then the channels, then the campaigns."""
    funnel, hears = found.funnel, are_bounces_read(timezone.now())
    return [
        {"kind": "", "lines": [_line(request, "", None, funnel.whole, hears=hears)]},
        *({"kind": kind, "lines": [_line(request, kind, part, part.steps, hears=hears) for part in parts]}
          for kind, parts in (("channel", funnel.channels), ("campaign", funnel.campaigns)) if parts),
    ]  # fmt: skip


def _line(request: StaffRequest, kind: str, part: Part | None, steps: Steps, *, hears: bool) -> dict[str, Any]:
    narrowed: dict[str, str] = {}
    if part is not None:
        narrowed = {kind: part.key} if part.key else {"without": "campaign"}
    sees_second = request.user.sees_all_teams
    cells = []
    for name in texts.STEPS:
        cell = texts.step_words(steps, name, hears_of_bounces=hears)
        view = "tickets" if name in ("followed_up", "recovered") else "people"
        is_listed = cell["is_known"] and (name != "recovered" or sees_second)
        query = address(request.GET, by=None, weigh=None, figure=name, **narrowed)
        cells.append(cell | {"url": reverse(f"silence:{view}") + query if is_listed else ""})
    return {"name": part.name if part else "", "cells": cells}


def _rate(request: StaffRequest, form: SilenceForm, row: rates.Row) -> dict[str, Any]:
    url = ""
    if row.rate is not None:
        query = address(request.GET, by=form.divided_by(), weigh=None, figure="silent", value=row.value or NONE)
        url = reverse("silence:people") + query
    return {"name": texts.group_name(row.name), "rate": share_words(row.rate) if row.rate else "",
            "silent": row.silent, "url": url}  # fmt: skip


def _group(one: Group) -> dict[str, Any]:
    return {
        "name": texts.group_name(one.name), "share": percent(one.share), "answered": percent(one.answered),
        "nps": texts.nps_words(one.figures),
    }  # fmt: skip
