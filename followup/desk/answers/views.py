"""The pages of the list of answers and of one answer, and opening a ticket by hand."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Left
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from followup.desk.answers import parts
from followup.desk.answers.forms import AnswerFilterForm
from followup.desk.forms import RaisedForm
from followup.desk.queue.rows import FIRST_WORDS
from followup.desk.ticket.said import said, said_before
from followup.errors import AlreadyOpened, InvalidAction, WrongState
from followup.models import Ticket
from followup.presentation.wording import count_words, exactly, name_of, when
from followup.reminders import services as reminders
from followup.tickets import opening
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, agent_required, viewer_required
from nps_project.common import paging
from nps_project.common.paging import COUNT_LIMIT, BadKey, address, before_id, bounded_counts
from nps_project.web import form_submissions
from surveys.models import AnswerSource, Decision, Response, ResponseState, Survey
from surveys.models.response import ResponseQuerySet
from surveys.scanners import words as evidence_words
from surveys.scoring import DETRACTOR, PASSIVE, PROMOTER
from surveys.services.answer_filter import filtered

DECISIONS_SHOWN = 20
GROUP_TABS = {
    "": gettext_lazy("All"),
    DETRACTOR: gettext_lazy("0–6"),
    PASSIVE: gettext_lazy("7–8"),
    PROMOTER: gettext_lazy("9–10"),
}


def _tabs(request: StaffRequest, answers: ResponseQuerySet, group: str) -> list[dict[str, Any]]:
    """The groups with their bounded counts; one query."""
    counts = bounded_counts([filtered(answers, {"group": name} if name else {}) for name in GROUP_TABS])
    return [
        {
            "label": label,
            "count": count_words(count, COUNT_LIMIT),
            "href": address(request.GET, group=name or None),
            "is_current": name == group,
        }
        for (name, label), count in zip(GROUP_TABS.items(), counts, strict=True)
    ]


def _rows(request: StaffRequest, found: list[Response], now: datetime) -> list[dict[str, Any]]:
    """The lines of a page; two queries: tickets that exist, and which of them this person may see."""
    existing = Ticket.objects.filter(response__in=found)
    ids = dict(existing.values_list("response", "pk"))
    visible = Ticket.objects.visible_to(request.user).filter(response__in=found).only("status", "response")
    seen = {ticket.response_id: ticket for ticket in visible}
    may_open = request.user.is_at_least(Role.AGENT)
    return [
        {
            "answer": answer,
            "name": name_of(answer),
            "company": answer.contact.company_name if answer.contact else "",
            "words": answer.first_words,  # type: ignore[attr-defined]  # annotated below
            "time": when(answer.answered_at, now),
            "exact": exactly(answer.answered_at),
            "ticket": seen.get(answer.pk),
            "is_of_others": answer.pk in ids and answer.pk not in seen,
            "may_open": may_open and answer.pk not in ids and answer.state == ResponseState.CONFIRMED,
        }
        for answer in found
    ]


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The list of answers, newest first, 50 a page; a filter that cannot be used is named, with status 400."""
    now = timezone.now()
    form = AnswerFilterForm(request.GET, surveys=Survey.objects.visible_to(request.user))
    chosen, faults = form.chosen(), form.faults()
    group, words = chosen.pop("group", ""), chosen.pop("q", None)
    answers = filtered(Response.objects.visible_to(request.user), chosen)
    answers = answers if words is None else answers.about(words)
    rows = filtered(answers, {"group": group}) if group else answers
    after = request.GET.get("after", "")
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults.append(_("This page of the answers does not exist. Begin at its first page."))
    lines = rows.select_related("contact", "survey").defer("comment", "search_vector")
    lines = lines.annotate(first_words=Left("comment", FIRST_WORDS)).order_by("-pk")
    found, has_more = paging.page(lines if not faults else lines.none())
    states = {row.state for row in found}
    context = {
        "room": "answers",
        "has_waiting": ResponseState.PROVISIONAL in states,
        "has_discarded": ResponseState.DISCARDED in states,
        "form": form,
        "faults": faults,
        "chosen": form.in_words(),
        "clear_url": address(request.GET, **dict.fromkeys(name for name in form.in_use() if name != "group")),
        "tabs": _tabs(request, answers if not faults else answers.none(), group),
        "group": group,
        "rows": _rows(request, list(found), now),
        "may_decide": request.user.is_at_least(Role.MANAGER),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
        "csv_url": reverse("followup:answers_export") + address(request.GET),
        "xlsx_url": reverse("followup:answers_export_xlsx") + address(request.GET),
    }
    return render(request, "followup/desk/answers/answers.html", context, status=400 if faults else 200)


def find(request: StaffRequest, response_id: int) -> Response:
    """An answer that the reader may see. Raises: Http404."""
    rows = Response.objects.visible_to(request.user).select_related("contact", "survey").defer("search_vector")
    answer = rows.filter(pk=response_id).first()
    if answer is None:
        raise Http404
    return answer


@viewer_required
@require_safe
def show(request: StaffRequest, response_id: int) -> HttpResponse:
    """The page of one answer with all its text."""
    return page(request, find(request, response_id))


def page(request: StaffRequest, answer: Response, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one answer; `more` is added to its context."""
    ticket = Ticket.objects.filter(response=answer).first()
    is_visible = ticket is not None and Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    context = {
        "room": "answers",
        "answer": answer,
        "name": name_of(answer),
        "company": answer.contact.company_name if answer.contact else "",
        "said": said(answer.comment),
        "said_before": said_before(answer, timezone.now()),
        "extra": list(answer.answers.select_related("question").order_by("question__position")),
        "exact": exactly(answer.answered_at),
        "ticket": ticket if is_visible else None,
        "is_of_others": ticket is not None and not is_visible,
        "to_raise": list(reminders.open_for(answer.contact_id, request.user)),
        "may_act": request.user.is_at_least(Role.AGENT),
        "submission": form_submissions.new_submission(),
        "may_open": ticket is None and request.user.is_at_least(Role.AGENT) and answer.state == ResponseState.CONFIRMED,
    }
    context |= {
        "decisions": list(
            Decision.objects.filter(response=answer).select_related("by").order_by("-pk")[:DECISIONS_SHOWN]
        ),
        "may_decide": request.user.is_at_least(Role.MANAGER),
        "parts": parts.drawn(request.user, answer, timezone.now()),
        "evidence": evidence_words.evidence_of(answer),
        "openings": evidence_words.openings_of(answer),
        "same_source": AnswerSource.objects.filter(response=answer).exists(),
    }
    return render(request, "followup/desk/answers/answer.html", context | more, status=status)


@agent_required
@require_POST
def open_ticket(request: StaffRequest, response_id: int) -> HttpResponse:
    """Open the ticket of an answer by hand, and redirect (303) to it, or to the ticket that the answer has already.

    An answer that does not count is refused with 409.
    """
    answer = find(request, response_id)
    try:
        ticket = opening.open_by_hand(response_id=answer.pk, by=request.user)
        runs = ticket.first_contact_due_at is not None
        messages.success(
            request,
            _("The ticket is open. Its clock runs from now.") if runs else _("The ticket is open, without a clock."),
        )
    except AlreadyOpened:
        found = Ticket.objects.visible_to(request.user).filter(response=answer).first()
        if found is None:
            messages.error(request, _("Another team has a ticket for this answer already."))
            return page(request, answer, status=409)
        ticket = found
        messages.info(request, _("This answer has its ticket already."))
    except WrongState:
        messages.error(request, _("Only an answer that counts can have a ticket."))
        return page(request, answer, status=409)
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return HttpResponseRedirect(reverse("followup:answer", args=[answer.pk]), status=303)
    return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)


@agent_required
@require_POST
def raised(request: StaffRequest, response_id: int) -> HttpResponse:
    """Mark a reminder as raised with the customer: 303 back; 422 for another customer's, or one raised before."""
    answer = find(request, response_id)
    form = RaisedForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidAction("reminder", request.POST.get("reminder", "")[:20], "a number")
        with transaction.atomic():
            if form_submissions.is_first(request):
                reminder_id = form.cleaned_data["reminder"]
                reminders.mark_raised_with_answer(response=answer, reminder_id=reminder_id, by=request.user)
    except InvalidAction:
        messages.error(request, _("A colleague has raised this already."))
        return page(request, answer, status=422)
    messages.success(request, _("It was raised with the customer."))
    return HttpResponseRedirect(reverse("followup:answer", args=[answer.pk]), status=303)
