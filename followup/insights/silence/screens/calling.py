"""What an agent does on a call list: take the next customer, and keep what came of the call."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followup.errors import WrongState
from followup.insights.silence.calls import services
from followup.insights.silence.models import Call, CallList
from followup.insights.silence.screens.call_lists import find, page
from nps_project.accounts.permissions import StaffRequest, agent_required
from nps_project.web import form_submissions
from surveys.campaigns.of_contacts.phone_form import PhoneAnswerForm
from surveys.services.responses import NewAnswer


@agent_required
@require_POST
def take(request: StaffRequest, call_list_id: int) -> HttpResponse:
    """The next customer: the page of the list shows them."""
    row = find(request, call_list_id)
    try:
        call = services.claim(call_list_id=row.pk, by=request.user, at=timezone.now())
    except WrongState as error:
        words = _("The survey is not live, so nobody is asked.") if error.field == "survey" else _("This list is over.")
        messages.info(request, words)
    else:
        if call is None:
            messages.info(request, _("Nobody can be called right now: who is left was asked a short while ago, was not "
                                     "reached today, or a colleague has them."))  # fmt: skip
    return redirect("silence:call_list", row.pk)


@agent_required
@require_POST
def answer(request: StaffRequest, call_list_id: int, call_id: int) -> HttpResponse:
    """Keep the score and the words, and take the next customer."""
    row, call = _find(request, call_list_id, call_id)
    form = PhoneAnswerForm(request.POST, surveys=[row.survey])
    if not form.is_valid():
        return page(request, row, form, status=422)
    given = NewAnswer(score=form.cleaned_data["score"], comment=form.cleaned_data["comment"])
    try:
        with transaction.atomic():
            if form_submissions.is_first(request):
                services.record_answer(call_id=call.pk, answer=given, by=request.user, at=timezone.now())
                messages.success(request, _("The answer of %(contact)s is saved.") % {"contact": call.contact})
            else:
                form_submissions.say_twice(request)
    except WrongState:
        messages.info(request, _("%(contact)s has answered already.") % {"contact": call.contact})
    return redirect("silence:call_list", row.pk)


def _refused(request: StaffRequest, call: Call) -> str:
    alone = request.POST.get("leave_alone") == "on"
    services.record_refusal(call_id=call.pk, by=request.user, at=timezone.now(), leave_alone=alone)
    return _("It is noted; they are not contacted any more.") if alone else _("It is noted; nobody calls them again.")


def _not_reached(request: StaffRequest, call: Call) -> str:
    done = services.record_not_reached(call_id=call.pk, by=request.user, at=timezone.now())
    return (
        _("It is noted; they are called again later.")
        if done.done_at is None
        else _("It is noted; it was the last try.")
    )


def _later(request: StaffRequest, call: Call) -> str:
    services.give_up(call_id=call.pk, by=request.user)
    return _("Given back: somebody else may call them.")


_DONE: Mapping[str, Callable[[StaffRequest, Call], str]] = {
    "refused": _refused,
    "not-reached": _not_reached,
    "later": _later,
}


@agent_required
@require_POST
def done(request: StaffRequest, call_list_id: int, call_id: int, what: str) -> HttpResponse:
    """No answer came of it: refused, not-reached, or later."""
    row, call = _find(request, call_list_id, call_id)
    if what not in _DONE:
        raise Http404
    try:
        messages.success(request, _DONE[what](request, call))
    except WrongState:
        messages.info(request, _("Nothing was changed: it took too long, and a colleague may call them now."))
    return redirect("silence:call_list", row.pk)


def _find(request: StaffRequest, call_list_id: int, call_id: int) -> tuple[CallList, Call]:
    row = find(request, call_list_id)
    call = Call.objects.filter(call_list=row, pk=call_id).select_related("contact").first()
    if call is None:
        raise Http404
    return row, call
