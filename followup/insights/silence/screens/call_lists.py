"""The call lists: all of them, drawing one, one with what it says, and stopping it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.errors import WrongState
from followup.insights.figures.periods import Period
from followup.insights.overview.words import span_of
from followup.insights.pictures.drawing import inside_page
from followup.insights.pictures.serving import picture_file
from followup.insights.silence.calls import frame, services
from followup.insights.silence.calls.progress import calls_of, finding_of, progress_of
from followup.insights.silence.forms import DrawForm
from followup.insights.silence.models import Call, CallList
from followup.insights.silence.screens import drawn, texts
from followup.insights.silence.screens.export import call_pages
from followup.presentation.wording import percent, when
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, manager_required, viewer_required
from nps_project.common import paging
from nps_project.common.dates import company_day
from nps_project.common.paging import BadKey, address, before_id, read_id
from nps_project.downloads import download
from nps_project.web import form_submissions
from nps_project.web.setup_pages import Crumb
from surveys.campaigns.of_contacts.phone_form import PhoneAnswerForm, form_context

ROUND = timedelta(days=90)  # whom a new list draws from, unless days are chosen


def find(request: StaffRequest, call_list_id: int) -> CallList:
    """A call list that the reader may see. Raises: Http404."""
    rows = CallList.objects.visible_to(request.user).select_related("survey", "campaign", "created_by")
    found = rows.filter(pk=call_list_id).first()
    if found is None:
        raise Http404
    return found


def crumbs() -> list[Crumb]:
    """Where the pages of call lists stand."""
    return [(reverse("silence:page"), _("Who did not answer")), (reverse("silence:calls"), _("Call lists"))]


@viewer_required
@require_safe
def calls(request: StaffRequest) -> HttpResponse:
    """Every call list of the reader's teams, the newest first."""
    rows, after, faults = CallList.objects.visible_to(request.user), request.GET.get("after", ""), list[str]()
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults, rows = [_("This page of the list does not exist. Begin at its first page.")], rows.none()
    found, has_more = paging.page(rows.select_related("survey").order_by("-pk"))
    progress = progress_of(found)
    context = {
        "room": "insights",
        "faults": faults,
        "clear_url": "?",
        "rows": [
            {"list": one, "progress": progress[one.pk],
             "nps": texts.estimate_words(finding_of(one, progress[one.pk]).whole)} for one in found
        ],
        "may_draw": request.user.is_at_least(Role.MANAGER),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }  # fmt: skip
    return render(request, "followup/insights/silence/calls.html", context, status=400 if faults else 200)


@manager_required
def new(request: StaffRequest) -> HttpResponse:
    """Draw a list; the address of the page about the silent fills the form in."""
    form = DrawForm(request.POST or None, user=request.user, initial=_given(request))
    counted = None
    if request.method == "POST" and form.is_valid():
        if "count" in request.POST:
            counted = frame.count(form.scope(), form.cleaned_data["survey"].pk)
        elif answer := _drawn(request, form):
            return answer
    context = {
        "room": "insights",
        "title": _("Draw a call list"),
        "crumbs": crumbs(),
        "form": form,
        "faulty": form.is_bound and counted is None,
        "counted": counted,
        "submission": form_submissions.new_submission(),
    }
    status = 422 if form.is_bound and counted is None else 200
    return render(request, "followup/insights/silence/draw.html", context, status=status)


def _given(request: StaffRequest) -> dict[str, Any]:
    today = company_day(timezone.now())
    given: dict[str, Any] = {"to": today, "from": today - ROUND + timedelta(days=1), "number": 50}
    given |= {name: request.GET[name] for name in ("from", "to") if request.GET.get(name)}
    for name in ("survey", "campaign"):
        field: Any = DrawForm(user=request.user).fields[name]
        value = request.GET.get(name, "")
        if name == "survey" and value:
            given[name] = field.queryset.filter(slug=value).first() if "\0" not in value else None
        elif value.isascii() and value.isdigit() and len(value) < 19:
            given[name] = value
    return given


def _drawn(request: StaffRequest, form: DrawForm) -> HttpResponse | None:
    """Draw it and go to it; None, with the fault in the form, when nobody can be called."""
    data = form.cleaned_data
    share = float(data["percent"]) / 100 if data["percent"] else None
    try:
        with transaction.atomic():
            if not form_submissions.is_first(request):
                form_submissions.say_twice(request)
                return redirect("silence:calls")
            made = services.draw(
                name=data["name"], scope=form.scope(), survey=data["survey"], by=request.user, number=data["number"],
                share=share, campaign=data.get("campaign"), days=(data["from"], data["to"]),
            )  # fmt: skip
    except services.NobodyToCall:
        form.add_error(None, _("Nobody can be called: everybody answered, or those who did not have no phone number or "
                               "do not want to be asked. Choose other days."))  # fmt: skip
        return None
    words = _("%(n)d customers are drawn. Whoever has time takes the next one.")
    messages.success(request, words % {"n": made.drawn})
    return redirect("silence:call_list", made.pk)


@viewer_required
@require_safe
def show(request: StaffRequest, call_list_id: int) -> HttpResponse:
    """One list: the customer to call, how far it is, and what it says."""
    return page(request, find(request, call_list_id))


def page(
    request: StaffRequest, row: CallList, form: PhoneAnswerForm | None = None, faults: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a list; `form`: the answer that could not be kept."""
    at, is_agent = timezone.now(), request.user.is_at_least(Role.AGENT)
    progress = progress_of([row])[row.pk]
    found = finding_of(row, progress)
    call = services.current(row, request.user) if is_agent else None
    made = drawn.of_list(found)
    after = request.GET.get("after", "")
    rows = calls_of(row)
    try:
        rows = rows.filter(place__gt=read_id(after)) if after else rows
    except BadKey:
        faults = (*faults, _("This page of the list does not exist. Begin at its first page."))
        rows, status = rows.none(), 400
    lines, has_more = paging.page(rows)
    context: dict[str, Any] = {
        "room": "insights",
        "crumbs": crumbs(),
        "list": row,
        "faults": faults,
        "clear_url": "?",
        "faulty": form is not None,
        "period": span_of(Period(row.first_day, row.last_day)) if row.first_day and row.last_day else "",
        "progress": progress,
        "share": percent(progress.said / row.drawn if row.drawn else None),
        "found": found,
        "by_answers": texts.nps_words(found.by_answers),
        "of_called": texts.nps_words(found.of_called) if found.of_called else "",
        "whole": texts.estimate_words(found.whole),
        "headline": texts.headline(row, found),
        "explained": texts.explained(row, found) if found.whole else [],
        "table_url": reverse("silence:call_csv", args=[row.pk]),
        "picture": {"drawing": inside_page(made, "list"), **_files(row)} if made else None,
        "lines": [{"call": one, "when": _when(one, at)} for one in lines],
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(lines[-1].place)) if has_more else "",
        "call": call,
        "may_call": is_agent and row.is_running and progress.open > progress.claimed,
        "next_at": when(progress.next_at, at, is_inside=True) if progress.next_at and progress.next_at > at else "",
        "may_stop": row.is_running and request.user.is_at_least(Role.MANAGER),
        "submission": form_submissions.new_submission(),
    }  # fmt: skip
    if call is not None:
        context |= form_context(call.contact, [row.survey], form or PhoneAnswerForm(surveys=[row.survey]))
    return render(request, "followup/insights/silence/call_list.html", context, status=status)


def _when(call: Call, at: datetime) -> str:
    """When it was done, or from when the customer may be called."""
    moment = call.done_at or call.not_before
    return when(moment, at) if moment else ""


def _files(row: CallList) -> dict[str, str]:
    return {f"{kind}_url": reverse("silence:call_picture", args=[row.pk, kind]) for kind in ("png", "svg")}


@viewer_required
@require_safe
def as_csv(request: StaffRequest, call_list_id: int) -> HttpResponseBase:
    """The customers of a list in their order, and what came of each call."""
    row = find(request, call_list_id)
    return download(request, call_pages(row), kind="csv", name="call-list", about=f"call list {row.pk}")


@viewer_required
@require_safe
def picture(request: StaffRequest, call_list_id: int, kind: str) -> HttpResponse:
    """What a list says, as a file. Raises: Http404 while it says nothing."""
    row = find(request, call_list_id)
    made = drawn.of_list(finding_of(row, progress_of([row])[row.pk]), [row.name])
    if made is None:
        raise Http404
    return picture_file(made, kind, "call-list")


@manager_required
@require_POST
def stop(request: StaffRequest, call_list_id: int) -> HttpResponse:
    """End a list before all are called."""
    row = find(request, call_list_id)
    try:
        services.stop(call_list_id=row.pk, at=timezone.now())
        messages.success(request, _("Nobody else of this list is called."))
    except WrongState:
        messages.info(request, _("Nothing was changed: somebody was quicker, or it is over."))
    return redirect("silence:call_list", row.pk)
