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
from followup.presentation.wording import name_of
from followup.tickets import actions, tags
from followup.tickets.undo import Done
from nps_project.accounts.permissions import StaffRequest, agent_required

MOST = 200
MOST_NAMED = 5
_ACTIONS = ("claim", "assign", "wait", "tag", "untag")


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """POST `tickets` (ids), `do` = claim | assign | wait | tag | untag and its fields; 303 back to the queue.

    `do` = choose shows the ticked tickets with all that can be done, and what was typed; so does an action for which
    something is missing or wrong, with 422 and what it is. GET shows that without tickets, for the desk, which opens it
    in place.
    """
    given = request.POST.getlist("tickets")
    ids = [int(value) for value in given if value.isascii() and value.isdigit() and len(value) < 19]
    rows = Ticket.objects.visible_to(request.user).filter(pk__in=ids[: MOST + 1]).order_by("pk")
    tickets = list(rows.select_related("response__contact"))
    query, what = request.POST.get("query", "")[:2000], request.POST.get("do", "")
    back = reverse("followup:desk") + (f"?{query}" if query else "")
    if request.method != "POST" or (what == "choose" and 0 < len(ids) <= MOST):
        return _page(request, BulkForm(auto_id="bulk_%s", initial=request.POST.dict()), tickets, query, back)
    form = BulkForm(request.POST, auto_id="bulk_%s")
    if not tickets:
        messages.error(request, _("Tick one or more tickets first."))
    elif len(ids) > MOST:
        asked = {"n": len(ids), "most": MOST}
        messages.error(request, _("Nothing was changed: %(n)d tickets are ticked, at once go %(most)d.") % asked)
    elif what not in _ACTIONS:
        messages.error(request, _("Choose what to do with the tickets."))
    elif not _is_complete(form, what):
        return _page(request, form, tickets, query, back, status=422)
    else:
        _do(request, tickets, what, form.cleaned_data, back)
    return HttpResponseRedirect(back, status=303)


def _page(
    request: StaffRequest, form: BulkForm, tickets: list[Ticket], query: str, back: str, status: int = 200
) -> HttpResponse:
    context = {"room": "desk", "form": form, "query": query, "tickets": tickets, "back_url": back}
    return render(request, "followup/desk/queue/bulk.html", context, status=status)


def _is_complete(form: BulkForm, what: str) -> bool:
    """Whether all is there that this action needs, asked once and not of each ticket; else the form says what not."""
    form.full_clean()
    given = form.cleaned_data
    if what == "wait" and not given.get("until") and "until" not in form.errors:
        form.add_error("until", words_for(InvalidAction("until", None, "a time")))
    if what == "assign" and (given.get("owner") is None) == (given.get("team") is None):
        form.add_error("owner", words_for(InvalidAction("owner", None, "a person or a team")))
    if what in ("tag", "untag") and not _tags(given.get("tags", "")) and "tags" not in form.errors:
        form.add_error("tags", words_for(InvalidAction("tags", None, "a tag")))
    return what == "claim" or form.is_valid()


def _tags(typed: str) -> list[str]:
    return [word for word in typed.split(",") if word.strip()]


def _do(request: StaffRequest, tickets: list[Ticket], what: str, data: dict[str, Any], back: str) -> None:
    by = request.user
    doing: dict[str, Callable[[int], object]] = {
        "claim": lambda pk: actions.claim(ticket_id=pk, by=by),
        "assign": lambda pk: actions.assign(
            ticket_id=pk, by=by, owner=data["owner"], team=data["team"], reason=data["reason"]
        ),
        "wait": lambda pk: actions.wait(ticket_id=pk, by=by, until=data["until"]),
        "tag": lambda pk: tags.change_tags(ticket_id=pk, by=by, add=_tags(data["tags"])),
        "untag": lambda pk: tags.change_tags(ticket_id=pk, by=by, remove=_tags(data["tags"])),
    }
    refused: list[str] = []
    changed: list[Done | None] = []
    same = 0  # were so already, such as one's own that is claimed
    for ticket in tickets:
        try:
            after = doing[what](ticket.pk)
        except FollowUpError as error:
            refused.append(f"#{ticket.pk} {name_of(ticket.response)}: {_why(error)}")
            continue
        same += isinstance(after, Ticket) and after.history_count == ticket.history_count
        changed.append(Done.from_ticket(what, ticket, after))
    done = len(tickets) - len(refused) - same
    told = [_told(what, done)] if done else []
    told += [ngettext("%(n)d was so already.", "%(n)d were so already.", same) % {"n": same}] if same else []
    if told:
        undo.say(request, " ".join(told), changed, back)
    if refused:
        more = len(refused) - MOST_NAMED
        lines = refused[:MOST_NAMED] + ([_("and %(n)d more") % {"n": more}] if more > 0 else [])
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


def _why(error: FollowUpError) -> str:
    if error.code == "already_owned":
        return _("a colleague has it already")
    if error.code == "wrong_state":
        return _("it is resolved")
    return words_for(error)
