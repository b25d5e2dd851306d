"""A ticket's page, and what a person does with it there."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from followup.desk.ticket import page as ticket_page
from followup.desk.ticket import presence
from followup.desk.ticket.forms import AttemptForm, StepForm
from followup.errors import AlreadyOwned, FollowUpError, NobodyToTell, WrongState
from followup.models import Ticket
from followup.presentation.history_texts import Entry
from followup.tickets import actions, attempts, identity, mentions, promises, reminders
from nps_project.accounts.permissions import StaffRequest, agent_required, viewer_required
from nps_project.web import form_submissions

# What was refused, in words for the person at the desk: by the field of the service.
FAULTS = {
    "at": gettext_lazy("Choose a time between the customer’s answer and now."),
    "until": gettext_lazy("Choose a time in the next 90 days."),
    "no_attempt_reason": gettext_lazy("No contact was logged. Say why, or log a call first."),
    "owner": gettext_lazy("Choose either a person who works on tickets, or a team."),
    "amount": gettext_lazy("Give an amount of 0 or more."),
    "limit": gettext_lazy("This is above the limit of the play, or in another currency. A manager may offer more."),
    "currency": gettext_lazy("Give the currency as three letters, such as EUR or DKK."),
    "text": gettext_lazy("Write some words."),
    "mentions": gettext_lazy("That is more people than one note can tell: 20."),
    "reason": gettext_lazy("Say why."),
    "due_at": gettext_lazy("Choose a time in the next 366 days."),
    "promise": gettext_lazy("A promise to the customer is open. Keep it, move it or waive it first."),
    "reminder": gettext_lazy("A colleague has raised this already."),
    "step": gettext_lazy("This step is not on the ticket any more."),
}
DONE = {
    "claim": gettext_lazy("The ticket is yours."),
    "assign": gettext_lazy("The ticket was handed over."),
    "attempts": gettext_lazy("The call is logged."),
    "notes": gettext_lazy("The note is saved."),
    "steps": gettext_lazy("The step is saved."),
    "wait": gettext_lazy("The ticket waits."),
    "resolve": gettext_lazy("The ticket is resolved."),
    "reopen": gettext_lazy("The ticket is open again."),
    "raised": gettext_lazy("It was raised with the customer."),
    "promise": gettext_lazy("The promise is written down."),
    "promise-kept": gettext_lazy("The promise is kept."),
    "promise-moved": gettext_lazy("The promise has another time."),
    "promise-waived": gettext_lazy("The promise is waived."),
    "contact": gettext_lazy("The answer now belongs to this customer."),
}


_NO_MARKUP = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}  # names in JSON, whoever takes it for a page
# What changes the state of a ticket is not done on a ticket that looks otherwise by now, before a second look at it.
AFTER_A_LOOK = frozenset({"assign", "wait", "resolve", "reopen", "promise", "promise-moved", "promise-waived"})


class _ChangedMeanwhile(Exception):
    """The ticket is not what the page of this form showed."""


@viewer_required
@require_safe
def show(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The page; `?before=` shows history older than that entry."""
    ticket = _find(request, ticket_id)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    return _page(request, ticket, ticket_page.blank_forms(ticket), before=number)


@agent_required
@require_POST
def act(request: StaffRequest, ticket_id: int, action: str) -> HttpResponse:
    """Do one thing, once: 303 back to the page; a bad field 422, a ticket that changed meanwhile 409, nothing lost."""
    if action not in DONE:
        raise Http404
    ticket = _find(request, ticket_id)
    form: Any = None
    if action in ticket_page.FORMS:
        of = _number(request.POST.get("step" if action == "steps" else "promise", ""))
        prefix = f"step{of}" if action == "steps" else f"{action}{of}"
        form = ticket_page.form_of(action, ticket, request.POST, auto_id=f"{prefix}_%s")
        if not form.is_valid():
            return _refused(request, ticket, action, form, 422)
    seen = request.POST.get("seen", "")
    changed: list[Entry] = []
    try:
        with transaction.atomic():
            is_first = form_submissions.is_first(request)
            if is_first:
                if seen:
                    ticket.history_count = actions.lock(ticket.pk).history_count
                    changed = ticket_page.changed_since(ticket, seen, request.user, timezone.now())
                if changed and action in AFTER_A_LOOK:
                    raise _ChangedMeanwhile  # takes back that this form was sent: nothing of it was done
                _do(action, ticket, request, form)
    except _ChangedMeanwhile:
        return _refused(request, _find(request, ticket.pk), action, form, 409, changed=changed)
    except FollowUpError as error:
        return _refused_by_service(request, ticket, action, form, error)
    if not is_first:
        form_submissions.say_twice(request)
        return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)
    messages.success(request, DONE[action])
    if action == "notes":
        _say_who_was_told(request, ticket, form.cleaned_data["text"])
    if changed:
        messages.info(request, _("Meanwhile: %(what)s") % {"what": "; ".join(said(entry) for entry in changed)})
    url = reverse("followup:ticket", args=[ticket.pk])
    return HttpResponseRedirect(url, status=303)


@viewer_required
@require_POST
def here(request: StaffRequest, ticket_id: int) -> JsonResponse:
    """A page that is open says so: {"words": who else is here}."""
    ticket = _find(request, ticket_id)
    at = timezone.now()
    presence.seen(ticket_id=ticket.pk, person=request.user, at=at)
    return JsonResponse({"words": ticket_page.others_here(ticket, request.user, at)})


@agent_required
@require_safe
def colleagues(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Whom a note can call whose name or address begins with `?q=`: {"people": [{name, email, write}]}, at most 8."""
    ticket = _find(request, ticket_id)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    text = json.dumps({"people": mentions.suggestions(words, ticket, request.user)}).translate(_NO_MARKUP)
    return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "private, no-store"})


def _say_who_was_told(request: StaffRequest, ticket: Ticket, text: str) -> None:
    """No silent miss: who was told, and which words with an @ were nobody's name."""
    found = mentions.mentioned(text, ticket, request.user)
    if found.people:
        messages.success(request, _("Told: %(names)s.") % {"names": ", ".join(str(person) for person in found.people)})
    if found.nobody:
        words = _("Nobody was told of %(names)s: no colleague who sees this ticket is called that.")
        messages.warning(request, words % {"names": ", ".join(f"@{name}" for name in found.nobody)})


def _number(typed: str) -> str:
    """A number that becomes part of the page, or nothing."""
    return typed if typed.isascii() and typed.isdigit() and len(typed) < 20 else ""


def _find(request: StaffRequest, ticket_id: int) -> Ticket:
    ticket = ticket_page.read(request.user, ticket_id)
    if ticket is None:
        raise Http404
    return ticket


def _do(action: str, ticket: Ticket, request: StaffRequest, form: Any) -> None:
    """Raises: FollowUpError."""
    what: dict[str, Any] = {"ticket_id": ticket.pk, "by": request.user}
    services: dict[str, Callable[..., object]] = {
        "claim": actions.claim,
        "assign": actions.assign,
        "attempts": attempts.log_attempt,
        "notes": actions.add_note,
        "steps": actions.set_step,
        "wait": actions.wait,
        "resolve": actions.resolve,
        "reopen": actions.reopen,
        "contact": identity.confirm_contact,
        "raised": reminders.mark_raised,
        "promise": promises.make,
        "promise-kept": promises.keep,
        "promise-moved": promises.move,
        "promise-waived": promises.waive,
    }
    if isinstance(form, AttemptForm):
        what |= _from_the_minute(form.values(), ticket) | {"raised": form.raised_ids()}
    elif isinstance(form, StepForm):
        what |= form.values()
    elif form is not None:
        what |= {
            f"{name}_id" if name in ("promise", "reminder") else name: value
            for name, value in form.cleaned_data.items()
        }
    services[action](**what)


def _from_the_minute(values: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """A time typed to the minute, in the minute of the answer itself, means just after the answer."""
    at, answered = values["at"], ticket.response.answered_at
    if at is not None and at < answered and at == answered.replace(second=0, microsecond=0):
        values["at"] = answered
    return values


def _refused_by_service(
    request: StaffRequest, ticket: Ticket, action: str, form: Any, error: FollowUpError
) -> HttpResponse:
    if isinstance(error, AlreadyOwned | WrongState):
        if isinstance(error, AlreadyOwned):
            words = _("A colleague has taken this ticket already. Nothing was changed.")
        elif error.field == "promise":
            words = str(FAULTS["promise"])
        elif action == "reopen":
            words = _("This ticket is open already. Nothing was changed.")
        else:
            words = _("This ticket was resolved meanwhile, so nothing was changed. Reopen it first.")
        messages.error(request, words)
        return _refused(request, _find(request, ticket.pk), action, form, error.status)
    words = str(FAULTS.get(error.field, _("This cannot be done as it stands.")))
    if isinstance(error, NobodyToTell):
        words = _nobody_to_tell(error)
    if form is not None and error.field in form.fields:
        form.add_error(error.field, words)
    elif form is not None:
        form.add_error(None, words)
    else:
        messages.error(request, words)
    return _refused(request, ticket, action, form, error.status)


def _nobody_to_tell(error: NobodyToTell) -> str:
    names = {"names": ", ".join(f"@{name}" for name in error.names)}
    if error.is_ambiguous:
        return _("More than one colleague is called %(names)s. Write the address of the one you mean.") % names
    return _("%(names)s is nobody who sees this ticket. Correct the address, or leave out the first @.") % names


def said(entry: Entry) -> str:
    """One thing that happened meanwhile, in a few words."""
    return ", ".join(part for part in (entry.what, entry.by or _("by itself"), entry.time) if part)


def _refused(
    request: StaffRequest, ticket: Ticket, action: str, form: Any, status: int, changed: list[Entry] | None = None
) -> HttpResponse:
    forms = ticket_page.blank_forms(ticket)
    if form is not None:
        forms[action] = form
    return _page(request, ticket, forms, action=action, status=status, changed=changed)


def _page(
    request: StaffRequest,
    ticket: Ticket,
    forms: dict[str, Any],
    *,
    action: str = "",
    before: int | None = None,
    status: int = 200,
    changed: list[Entry] | None = None,
) -> HttpResponse:
    context = ticket_page.context_of(request.user, ticket, forms, before=before)
    context |= {"changed": [said(entry) for entry in changed or ()]}
    context |= {"refused": action, "now": timezone.now(), "submission": form_submissions.new_submission()}
    return render(request, "followup/desk/ticket/ticket.html", context, status=status)
