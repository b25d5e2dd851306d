"""A manager decides about many answers at once: a question first, then its progress, with stop, resume and undo."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from followup.desk.answers.decisions import NO_REASON
from followup.desk.answers.forms import AnswerFilterForm
from nps_project.accounts.permissions import StaffRequest, manager_required
from nps_project.web import form_submissions
from surveys.errors import InvalidDecision, NotNow
from surveys.models import BulkDecision, DecisionKind, Survey
from surveys.services import bulk_decisions
from surveys.tasks import begin_deciding

KINDS = {"accept": DecisionKind.ACCEPTED, "discard": DecisionKind.DISCARDED, "restore": DecisionKind.RESTORED}
ASKS = {
    "accept": gettext_lazy("Accept these answers?"),
    "discard": gettext_lazy("Discard these answers?"),
    "restore": gettext_lazy("Bring these answers back?"),
}
TITLES = {
    DecisionKind.ACCEPTED: gettext_lazy("Accepting answers"),
    DecisionKind.DISCARDED: gettext_lazy("Discarding answers"),
    DecisionKind.RESTORED: gettext_lazy("Bringing answers back"),
}
MOST_TICKED = 200
SHOWN = 50
REFRESH_S = 2


@manager_required
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """POST `do` = accept | discard | restore with `answers` (ids), or with `query` (of the answers page, its filters).

    Without `sure` it shows the page that asks, with the number of answers; with `sure` it starts and redirects (303) to
    the progress. Answers later than `upto`, the last one when the page asked, are left alone.
    """
    do = request.POST.get("do", "")
    if do not in KINDS:
        raise Http404
    ids = [int(one) for one in request.POST.getlist("answers") if one.isascii() and one.isdigit() and len(one) < 19]
    query = QueryDict(request.POST.get("query", ""))
    form = AnswerFilterForm(query, surveys=Survey.objects.visible_to(request.user))
    is_ticked = "answers" in request.POST  # also where none of them can be read: those are not all answers
    chosen: dict[str, Any] = {"ids": sorted(ids[:MOST_TICKED])} if is_ticked else form.chosen()
    if not is_ticked and form.faults():
        messages.error(request, " ".join(form.faults()))
        return HttpResponseRedirect(f"{reverse('followup:answers')}?{query.urlencode()}", status=303)
    given = request.POST.get("upto", "")
    upto = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else bulk_decisions.newest_id()
    fault, reason = "", request.POST.get("reason", "")
    if request.POST.get("sure"):
        try:
            return _begin(request, do, chosen, reason, upto)
        except InvalidDecision:
            fault = str(NO_REASON)
    context = {
        "room": "answers",
        "do": do,
        "title": ASKS[do],
        "ids": chosen.get("ids", []),
        "query": query.urlencode(),
        "upto": upto,
        "words": [] if is_ticked else _words(form),
        "count": bulk_decisions.matching(KINDS[do], chosen, request.user).filter(pk__lte=upto).count(),
        "reason": reason,
        "fault": fault,
        "submission": form_submissions.new_submission(),
    }
    return render(request, "followup/desk/answers/decide.html", context, status=422 if fault else 200)


def _words(form: AnswerFilterForm) -> list[str]:
    """The filters, with the group, which has tabs on its own page."""
    group = form.in_use().get("group")
    shown = form.in_words()
    return [*shown, f"{form.fields['group'].label}: {group}"] if group else shown


def _begin(request: StaffRequest, do: str, chosen: dict[str, Any], reason: str, upto: int) -> HttpResponse:
    """Raises: InvalidDecision."""
    with transaction.atomic():
        if not form_submissions.is_first(request):
            return HttpResponseRedirect(reverse("followup:bulk_decisions"), status=303)
        bulk = bulk_decisions.ask(kind=KINDS[do], chosen=chosen, by=request.user, reason=reason, upto_id=upto)
        begin_deciding(bulk.pk)
    return _to(bulk)


def _to(bulk: BulkDecision) -> HttpResponse:
    return HttpResponseRedirect(reverse("followup:bulk_decision", args=[bulk.pk]), status=303)


def _find(request: StaffRequest, bulk_id: int) -> BulkDecision:
    rows = BulkDecision.objects.visible_to(request.user).select_related("by", "undone_by", "undoes")
    bulk = rows.filter(pk=bulk_id).first()
    if bulk is None:
        raise Http404
    return bulk


@manager_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The last decisions about many answers: one's own; for admins those of all."""
    rows = BulkDecision.objects.visible_to(request.user).select_related("by")[:SHOWN]
    context = {"room": "answers", "rows": [(bulk, TITLES[DecisionKind(bulk.kind)]) for bulk in rows]}
    return render(request, "followup/desk/answers/bulk_decisions.html", context)


@manager_required
@require_safe
def show(request: StaffRequest, bulk_id: int) -> HttpResponse:
    """The progress of one decision, and what can be done with it; the page reloads while a worker is at it."""
    bulk = _find(request, bulk_id)
    form = AnswerFilterForm(surveys=Survey.objects.visible_to(request.user))
    context = {
        "room": "answers",
        "bulk": bulk,
        "title": TITLES[DecisionKind(bulk.kind)],
        "chosen": [
            f"{form.fields[name].label if name in form.fields else name}: {value}"
            for name, value in bulk.chosen.items()
            if name != "ids"
        ],
        "ticked": len(bulk.chosen.get("ids", [])),
        "undone_by": getattr(bulk, "undone_by", None),
        "submission": form_submissions.new_submission(),
    }
    page = render(request, "followup/desk/answers/bulk_decision.html", context)
    if bulk.state == "running":
        page.headers["Refresh"] = str(REFRESH_S)
    return page


@manager_required
@require_POST
def act(request: StaffRequest, bulk_id: int, action: str) -> HttpResponse:
    """POST `stop`, `go-on` or `undo`: 303 to the progress; 409 when the decision does not allow it now."""
    bulk = _find(request, bulk_id)
    if action == "stop":
        bulk_decisions.stop(bulk_id=bulk.pk)
    elif action == "go-on":
        with transaction.atomic():
            if bulk_decisions.go_on(bulk_id=bulk.pk):
                begin_deciding(bulk.pk)
    elif action == "undo":
        try:
            with transaction.atomic():
                bulk = bulk_decisions.undo(bulk_id=bulk.pk, by=request.user)
                begin_deciding(bulk.pk)
        except NotNow:
            messages.error(request, _("Only discarding that is finished or stopped can be undone."))
            return render(
                request, "followup/desk/answers/bulk_decisions.html", {"room": "answers", "rows": []}, status=409
            )
    else:
        raise Http404
    return _to(bulk)
