"""Does one action on many tickets, each in a transaction of its own, and names what was refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from followup.desk import undo
from followup.desk.queue.forms import BulkForm
from followup.desk.refusals import words_for
from followup.errors import FollowUpError, InvalidAction
from followup.models import Ticket
from followup.tickets import actions, tags
from followup.tickets.undo import Done
from nps_project.accounts.permissions import StaffRequest, agent_required

MOST = 200
MOST_NAMED = 5


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """POST `tickets` (ids), `do` = claim | assign | wait | tag | untag and its fields; 303 back to the queue.

    `do` = choose shows the ticked tickets with all that can be done, and what was typed; GET shows that without
    tickets, for the desk, which opens it in place.
    """
    given = request.POST.getlist("tickets")
    ids = [int(value) for value in given if value.isascii() and value.isdigit() and len(value) < 19]
    rows = Ticket.objects.visible_to(request.user).filter(pk__in=ids[: MOST + 1]).order_by("pk")
    query = request.POST.get("query", "")[:2000]
    back = reverse("followup:desk") + (f"?{query}" if query else "")
    if request.method != "POST" or (request.POST.get("do") == "choose" and 0 < len(ids) <= MOST):
        context = {
            "room": "desk", "form": BulkForm(auto_id="bulk_%s", initial=request.POST.dict()), "query": query,
            "tickets": rows.select_related("response__contact"), "back_url": back,
        }  # fmt: skip
        return render(request, "followup/desk/queue/bulk.html", context)
    form, tickets = BulkForm(request.POST), list(rows)
    if not tickets:
        messages.error(request, _("Tick one or more tickets first."))
    elif len(ids) > MOST:
        asked = {"n": len(ids), "most": MOST}
        messages.error(request, _("Nothing was changed: %(n)d tickets are ticked, at once go %(most)d.") % asked)
    elif not form.is_valid():
        faults = [str(fault) for faults in form.errors.values() for fault in faults]
        messages.error(request, _("Nothing was changed: %(faults)s") % {"faults": " ".join(faults)})
    else:
        _do(request, tickets, form.cleaned_data, back)
    return HttpResponseRedirect(back, status=303)


def _do(request: StaffRequest, tickets: list[Ticket], data: dict[str, Any], back: str) -> None:
    by = request.user
    words = [word for word in data["tags"].split(",") if word.strip()]
    doing: dict[str, Callable[[int], object]] = {
        "claim": lambda pk: actions.claim(ticket_id=pk, by=by),
        "assign": lambda pk: actions.assign(
            ticket_id=pk, by=by, owner=data["owner"], team=data["team"], reason=data["reason"]
        ),
        "wait": lambda pk: actions.wait(ticket_id=pk, by=by, until=data["until"]),
        "tag": lambda pk: tags.change_tags(ticket_id=pk, by=by, add=words),
        "untag": lambda pk: tags.change_tags(ticket_id=pk, by=by, remove=words),
    }
    act = doing.get(request.POST.get("do", ""))
    if act is None:
        messages.error(request, _("Choose what to do with the tickets."))
        return
    what = request.POST["do"]
    if missing := _missing(what, data, words):
        messages.error(request, _("Nothing was changed: %(faults)s") % {"faults": missing})
        return
    refused: dict[int, str] = {}
    changed: list[Done | None] = []
    for ticket in tickets:
        try:
            changed.append(Done.from_ticket(what, ticket, act(ticket.pk)))
        except FollowUpError as error:
            refused[ticket.pk] = _why(error)
    done = len(tickets) - len(refused)
    if done:
        undo.say(request, _told(what, done), changed, back)
    if refused:
        lines = [f"{pk}: {why}" for pk, why in list(refused.items())[:MOST_NAMED]]
        more = len(refused) - MOST_NAMED
        lines += [_("and %(n)d more") % {"n": more}] if more > 0 else []
        messages.warning(request, _("Left as they were: %(what)s") % {"what": "; ".join(lines)})


def _told(what: str, n: int) -> str:
    """What was done, said as what it was."""
    words = {
        "claim": ngettext("%(n)d ticket claimed.", "%(n)d tickets claimed.", n),
        "assign": ngettext("%(n)d ticket handed over.", "%(n)d tickets handed over.", n),
        "wait": ngettext("%(n)d ticket waits.", "%(n)d tickets wait.", n),
        "tag": ngettext("%(n)d ticket tagged.", "%(n)d tickets tagged.", n),
        "untag": ngettext("Tags taken off %(n)d ticket.", "Tags taken off %(n)d tickets.", n),
    }
    return words[what] % {"n": n}


def _missing(what: str, data: dict[str, Any], words: list[str]) -> str:
    """What to fill in first, in a sentence; "" when all is there. Asked once, not of each ticket."""
    if what == "wait" and not data["until"]:
        return words_for(InvalidAction("until", None, "a time"))
    if what == "assign" and (data["owner"] is None) == (data["team"] is None):
        return words_for(InvalidAction("owner", None, "a person or a team"))
    return words_for(InvalidAction("tags", None, "a tag")) if what in ("tag", "untag") and not words else ""


def _why(error: FollowUpError) -> str:
    if error.code == "already_owned":
        return _("a colleague has it already")
    if error.code == "wrong_state":
        return _("it is resolved")
    return words_for(error)
