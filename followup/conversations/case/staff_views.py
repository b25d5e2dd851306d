"""What staff do about a customer's page: answer there, close it, open it again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from followup.conversations.case import services
from followup.conversations.meanwhile import WroteMeanwhile, in_short
from followup.models import Ticket
from nps_project.accounts.permissions import StaffRequest, agent_required, manager_required
from nps_project.common.text import TextField
from nps_project.web import form_submissions


class AnswerForm(forms.Form):
    """An answer to the customer, in text alone."""

    text = TextField(
        label=gettext_lazy("Your answer"), max_length=services.LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)


@agent_required
@require_POST
def answer(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """POST an answer, which is sent once; without words, or with too many, the form comes back with 422, and with 409
    where somebody wrote meanwhile: sent again it goes."""
    ticket = _find(request, ticket_id)
    form: Any = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, ticket, form, 422)
    at, given = timezone.now(), form.cleaned_data
    try:
        with transaction.atomic():
            is_first = form_submissions.is_first(request)
            if is_first:
                services.answer(ticket_id=ticket.pk, by=request.user, text=given["text"], at=at, seen=given["seen"])
    except WroteMeanwhile as error:
        seen = {"text": given["text"], "seen": max(one.pk for one in error.messages)}
        return _refused(request, ticket, AnswerForm(seen), error.status, in_short(error.messages, at))
    if is_first:
        messages.success(request, _("Your answer stands on the customer’s page."))
    else:
        form_submissions.say_twice(request)
    return _back(ticket)


@manager_required
@require_POST
def close(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """POST: the page's address is valid no longer; `open`: it is again."""
    ticket = _find(request, ticket_id)
    is_closed = "open" not in request.POST
    services.close(ticket_id=ticket.pk, by=request.user, at=timezone.now(), is_closed=is_closed)
    words = _("The customer’s page is closed.") if is_closed else _("The customer’s page is open again.")
    messages.success(request, words)
    return _back(ticket)


def _refused(
    request: StaffRequest, ticket: Ticket, form: AnswerForm, status: int,
    meanwhile: Sequence[tuple[str, str, str]] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "ticket": ticket,
        "meanwhile": meanwhile,
        "submission": form_submissions.new_submission(),
    }
    return render(request, "followup/conversations/case/answer.html", context, status=status)


def _find(request: StaffRequest, ticket_id: int) -> Ticket:
    ticket = Ticket.objects.visible_to(request.user).filter(pk=ticket_id).first()
    if ticket is None:
        raise Http404
    return ticket


def _back(ticket: Ticket) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('followup:ticket', args=[ticket.pk])}#case-title", status=303)
