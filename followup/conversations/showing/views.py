"""The older messages of a ticket, page by page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from followup.conversations.showing import rows
from followup.models import Ticket
from followup.presentation.wording import name_of
from nps_project.accounts.permissions import StaffRequest, viewer_required


@viewer_required
@require_safe
def older(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The messages before `?before=`, the id of one of them; without it the newest."""
    tickets = Ticket.objects.visible_to(request.user).select_related("response__contact")
    ticket = tickets.filter(pk=ticket_id).first()
    given = request.GET.get("before", "")
    if ticket is None or (given and not (given.isascii() and given.isdigit() and len(given) < 19)):
        raise Http404
    messages, has_older = rows.read(ticket, int(given) if given else None)
    at = timezone.now()
    context = {
        "room": "desk",
        "ticket": ticket,
        "name": name_of(ticket.response),
        "lines": rows.lines_of(messages, name_of(ticket.response), at),
        "older_than": messages[0].pk if has_older and messages else None,
    }
    return render(request, "followup/conversations/older.html", context)
