"""A ticket's page, and the actions that are posted from it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.desk import presence, undo
from followup.desk.plain_json import plain_json
from followup.desk.queue.next_call import next_line
from followup.desk.refusals import words_for
from followup.desk.ticket import page as ticket_page
from followup.desk.ticket.actions import ACTIONS, is_possible
from followup.errors import AlreadyOwned, FollowUpError, WrongState
from followup.mentions import services as mentions
from followup.models import AttemptResult, Ticket
from followup.notices import reading
from followup.presentation.history_texts import Entry
from followup.tickets import actions
from followup.tickets.undo import Done
from nps_project.accounts.permissions import StaffRequest, agent_required, viewer_required
from nps_project.web import form_submissions

NEXT, AGAIN, MAILED, RESOLVE = "next", "again", "mailed", "resolve"
UNANSWERED = (AttemptResult.VOICEMAIL, AttemptResult.NO_ANSWER)


class _ChangedMeanwhile(Exception):
    """The ticket is not what the page of this form showed."""


@viewer_required
@require_safe
def show(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The page. `?before=`: with history older than that entry; `?next`: with whom to call next, `?again`: and when;
    `?mailed`: with the question whether a mail has gone out; `?resolve`: with the form that resolves it open.
    """
    ticket = _find(request, ticket_id)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    return _page(request, ticket, ticket_page.blank_forms(ticket), before=number)


def page_with(request: StaffRequest, ticket_id: int, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page for a view of an app above the desk, with what the app's part shows in place of what it would.

    `more`: names that the template of the part looks for. Raises: Http404 for a ticket that this person may not see.
    """
    ticket = _find(request, ticket_id)
    return _page(request, ticket, ticket_page.blank_forms(ticket), status=status, more=more)


@agent_required
@require_POST
def act(request: StaffRequest, ticket_id: int, action: str) -> HttpResponse:
    """POST one of ACTIONS, which is done once: 303 back to the page.

    A bad field is refused with 422, a ticket that changed meanwhile with 409; the form comes back as it was typed.
    """
    todo = ACTIONS.get(action)
    if todo is None:
        raise Http404
    ticket = _find(request, ticket_id)
    form: Any = None
    if todo.form is not None:
        row = _number(request.POST.get(todo.row, ""))
        form = ticket_page.form_of(action, ticket, request.POST, auto_id=f"{action}{row}_%s")
        if not form.is_valid():
            return _refused(request, ticket, action, form, 422)
    seen = request.POST.get("seen", "")
    changed: list[Entry] = []
    may_insist = False  # whether the reader is asked to do it all the same, after what others did
    try:
        with transaction.atomic():
            is_first = form_submissions.is_first(request)
            if is_first:
                if seen:
                    now = actions.lock(ticket.pk)
                    ticket.history_count = now.history_count
                    changed = ticket_page.changed_since(ticket, seen, request.user, timezone.now())
                    may_insist = todo.is_checked and is_possible(action, is_resolved=now.is_resolved)
                if may_insist and not all(entry.is_of_clock for entry in changed):
                    raise _ChangedMeanwhile  # takes back that this form was sent: nothing of it was done
                values = form.values(ticket) if form is not None else {}
                after = todo.service(ticket_id=ticket.pk, by=request.user, **values)
                reading.read_ticket(request.user, timezone.now(), ticket.pk)  # without a script nobody else says so
    except _ChangedMeanwhile:
        return _refused(request, _find(request, ticket.pk), action, form, 409, changed=changed)
    except FollowUpError as error:
        return _refused_by_service(request, ticket, action, form, error, changed)
    if not is_first:
        form_submissions.say_twice(request)
        return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)
    url = reverse("followup:ticket", args=[ticket.pk])
    took_back = values.get("done") is False  # a tick: that is undone by ticking
    done = None if took_back else Done.from_ticket(todo.undo, ticket, after, step=values.get("step_id"))
    words = str(todo.done)
    if action == "resolve" and isinstance(after, Ticket) and not after.is_resolved:
        words = _("The promise has another time. The ticket stays open until then.")
    if action == "assign" and ticket_page.read(request.user, ticket.pk) is None:
        return _to_the_desk(request, words)
    undo.say(request, words, [done], url)
    if action == "notes":
        _say_who_was_told(request, ticket, form.cleaned_data["text"])
    if changed:
        messages.info(request, _meanwhile(changed))
    if action == "attempts" and request.POST.get("then") == RESOLVE:
        url += f"?{RESOLVE}#{RESOLVE}"
    elif _is_done_for_now(action, form):
        url += f"?{NEXT}&{AGAIN}" if action == "attempts" and values["result"] in UNANSWERED else f"?{NEXT}"
    return HttpResponseRedirect(url, status=303)


def _to_the_desk(request: StaffRequest, words: str) -> HttpResponse:
    """Lead a person who may not see the ticket any more to the desk.

    A script gets the address in a header: it would follow a redirect, and the words for the desk would be lost.
    """
    messages.success(request, words)
    url = reverse("followup:desk")
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204, headers={"X-Leads-To": url})
    return HttpResponseRedirect(url, status=303)


def _is_done_for_now(action: str, form: Any) -> bool:
    """Whether the next call is another ticket's: this one ended, waits, is a colleague's, or nobody answered."""
    if action == "attempts":
        return form.cleaned_data["result"] in (*UNANSWERED, AttemptResult.WRONG_NUMBER)
    return action in ("resolve", "wait", "assign")


@viewer_required
@require_POST
def here(request: StaffRequest, ticket_id: int) -> JsonResponse:
    """POST by an open page every twenty seconds: what its reader was told of the ticket is read now.

    `seen`: how many entries of the history the page shows. {"words": a sentence on who else has it open, "changed":
    what customer and colleagues did since, "" for nothing, "unread": how many other notices are unread}.
    """
    ticket = _find(request, ticket_id)
    at = timezone.now()
    presence.seen(ticket_id=ticket.pk, person=request.user, at=at)
    unread = reading.read_ticket(request.user, at, ticket.pk)
    changed = ticket_page.changed_since(ticket, request.POST.get("seen", ""), request.user, at)
    changed = [entry for entry in changed if not entry.is_of_clock]  # the clock on the page says so itself
    others = ticket_page.others_here(ticket, request.user, at)
    return JsonResponse({"words": others, "changed": _meanwhile(changed) if changed else "", "unread": unread})


@agent_required
@require_safe
def colleagues(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The colleagues whom a note can mention, whose name or address begins with `?q=`.

    {"people": [{name, email, write}]}, at most 8.
    """
    ticket = _find(request, ticket_id)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    return plain_json({"people": mentions.suggestions(words, ticket, request.user)})


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


def _refused_by_service(
    request: StaffRequest, ticket: Ticket, action: str, form: Any, error: FollowUpError, changed: list[Entry]
) -> HttpResponse:
    if isinstance(error, AlreadyOwned):
        messages.error(request, _("A colleague has taken this ticket already. Nothing was changed."))
        return _refused(request, _find(request, ticket.pk), action, form, error.status, leads_on=True)
    words = words_for(error)
    if isinstance(error, WrongState):
        asked = f"promise{error.value}" if error.field == "promise" else ""
        if form is not None and asked in form.fields:
            form.add_error(asked, words)
        else:  # also a promise that was made since the form was drawn
            messages.error(request, words if asked else ACTIONS[action].wrong_state)
        return _refused(request, _find(request, ticket.pk), action, form, error.status, changed)
    if form is not None and error.field in form.fields:
        form.add_error(error.field, words)
    elif form is not None:
        form.add_error(None, words)
    else:
        messages.error(request, words)
    return _refused(request, ticket, action, form, error.status)


def _meanwhile(changed: list[Entry]) -> str:
    return _("Meanwhile: %(what)s") % {"what": "; ".join(said(entry) for entry in changed)}


def said(entry: Entry) -> str:
    """One entry of history that came meanwhile, in a few words."""
    by = entry.by or ("" if entry.says_who else _("automatically"))
    return ", ".join(part for part in (entry.what, by, entry.time) if part)


def _refused(
    request: StaffRequest,
    ticket: Ticket,
    action: str,
    form: Any,
    status: int,
    changed: list[Entry] | None = None,
    *,
    leads_on: bool = False,
) -> HttpResponse:
    forms = ticket_page.blank_forms(ticket)
    if form is not None:
        forms[action] = form
    return _page(request, ticket, forms, action=action, status=status, changed=changed, leads_on=leads_on)


def _page(
    request: StaffRequest,
    ticket: Ticket,
    forms: dict[str, Any],
    *,
    action: str = "",
    before: int | None = None,
    status: int = 200,
    changed: list[Entry] | None = None,
    leads_on: bool = False,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = ticket_page.context_of(request.user, ticket, forms, before=before)
    if (leads_on or NEXT in request.GET) and context["may_act"]:
        following = next_line(request.user, timezone.now(), besides=ticket.pk)
        context |= {"leads_on": True, "following": following}
        context["asks_again"] = AGAIN in request.GET and not ticket.is_resolved
    context |= {"asks_mailed": MAILED in request.GET, "opens": RESOLVE if RESOLVE in request.GET else ""}
    context |= {"changed": [said(entry) for entry in changed or ()]}
    context |= {"is_too_late": bool(action) and not is_possible(action, is_resolved=ticket.is_resolved)}
    context |= {"refused": action, "now": timezone.now(), "submission": form_submissions.new_submission()}
    context |= more or {}
    return render(request, "followup/desk/ticket/ticket.html", context, status=status)
