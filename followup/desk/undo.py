"""*Undo* behind what was done: a button for ten minutes, on the next page that the person sees."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from followup.errors import FollowUpError
from followup.models import Ticket
from followup.presentation.wording import name_of
from followup.tickets import undo
from followup.tickets.undo import Done
from nps_project.accounts.permissions import StaffRequest, agent_required

_KEY = "undos"  # of the session: what can be taken back, by token
_BACK = re.compile(r"/desk/(tickets/[0-9]{1,18}/|\?[!-~]{0,2000})?", re.ASCII)  # a ticket's page, or the queue's
_MOST = 5  # kept: of two tabs, each can still take back its own
MOST_TICKETS = 250  # of all of them: every request reads the session
_FOR = timedelta(minutes=10)


def say(request: StaffRequest, words: str, done: Sequence[Done | None], back: str) -> None:
    """Say on the next page what was done, with a button that takes it back; `back` is the address to go to then."""
    rows = [one.as_json() for one in done if one is not None]
    if not rows:
        messages.success(request, words)
        return
    token, at = get_random_string(16), timezone.now()
    new = {"done": rows, "back": back, "until": (at + _FOR).timestamp()}
    request.session[_KEY] = _kept({**request.session.get(_KEY, {}), token: new}, at.timestamp())
    context = {"words": words, "token": token, "back": back}
    messages.success(request, render_to_string("followup/desk/_undo.html", context, request))


def _kept(undos: dict[str, dict[str, Any]], now: float) -> dict[str, dict[str, Any]]:
    """The newest of those that can still be taken back, in order; the last one whatever its size."""
    found: dict[str, dict[str, Any]] = {}
    tickets = 0
    for token, one in reversed(undos.items()):
        tickets += len(one["done"])
        if one["until"] < now or len(found) == _MOST or (found and tickets > MOST_TICKETS):
            break
        found[token] = one
    return dict(reversed(found.items()))


@agent_required
@require_POST
def take_back(request: StaffRequest) -> HttpResponse:
    """POST `token`: take back what the button was offered for; 303 back to where it was done.

    `back`: that place, for a button of long ago, of which nothing is kept.
    """
    all_kept: dict[str, dict[str, Any]] = request.session.get(_KEY, {})
    kept = all_kept.get(request.POST.get("token", ""), {})
    if not kept or timezone.now().timestamp() > kept["until"]:
        messages.info(request, _("That can no longer be undone here. Change it on the ticket itself."))
        return HttpResponseRedirect(kept.get("back") or _own_page(request.POST.get("back", "")), status=303)
    del all_kept[request.POST["token"]]
    request.session.modified = True
    given = [Done(**row) for row in kept["done"]]
    mine = Ticket.objects.visible_to(request.user).filter(pk__in=[one.ticket for one in given])
    seen = {ticket.pk: name_of(ticket.response) for ticket in mine.select_related("response__contact")}
    left = [one.ticket for one in given if one.ticket not in seen or not _is_taken_back(one, request)]
    number = len(given) - len(left)
    if number:
        words = ngettext("Undone on %(n)d ticket.", "Undone on %(n)d tickets.", number)
        messages.success(request, words % {"n": number} if len(given) > 1 else _("Undone."))
    if left:
        words = _("Something else happened meanwhile, so these stay as they are: %(tickets)s.")
        messages.warning(request, words % {"tickets": ", ".join(f"#{pk} {seen.get(pk, '')}".strip() for pk in left)})
    return HttpResponseRedirect(kept["back"], status=303)


def _own_page(given: str) -> str:
    """The page of the queue or of a ticket that the browser names; for any other the desk."""
    return given if _BACK.fullmatch(given) else reverse("followup:desk")


def _is_taken_back(done: Done, request: StaffRequest) -> bool:
    try:
        undo.take_back(done, request.user)
    except FollowUpError:
        return False
    return True
