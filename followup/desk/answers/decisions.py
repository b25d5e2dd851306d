"""A manager decides about one answer: accept, discard, restore."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from followup.desk.answers import views as answers
from nps_project.accounts.permissions import StaffRequest, manager_required
from nps_project.web import form_submissions
from surveys.errors import InvalidDecision
from surveys.services import decisions

DONE = {
    "accept": gettext_lazy("The answer counts. Its clock, if it has one, runs from now."),
    "discard": gettext_lazy("The answer is discarded: no figure counts it any more, and its ticket ends."),
    "restore": gettext_lazy("The answer is what it was before, and so is its ticket."),
}
NO_REASON = gettext_lazy("Say why, in at most 500 characters.")


@manager_required
@require_POST
def decide(request: StaffRequest, response_id: int, action: str) -> HttpResponse:
    """Accept, discard (with `reason`) or restore one answer: 303 back to it; without a reason 422."""
    if action not in DONE:
        raise Http404
    answer = answers.find(request, response_id)
    try:
        with transaction.atomic():
            if form_submissions.is_first(request):
                _do(action, answer.pk, request)
    except InvalidDecision:
        return answers.page(request, answer, 422, decide_fault=NO_REASON)
    messages.success(request, DONE[action])
    return HttpResponseRedirect(reverse("followup:answer", args=[answer.pk]), status=303)


def _do(action: str, response_id: int, request: StaffRequest) -> None:
    """Raises: InvalidDecision."""
    if action == "discard":
        reason = request.POST.get("reason", "")
        decisions.discard_response(response_id=response_id, by=request.user, reason=reason)
    elif action == "accept":
        decisions.accept_response(response_id=response_id, by=request.user)
    else:
        decisions.restore_response(response_id=response_id, by=request.user)
