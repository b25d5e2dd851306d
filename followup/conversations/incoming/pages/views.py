"""The list of mails without a ticket, the page of one, and what is decided there or on a ticket's page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from followup.conversations.incoming import deciding, seen_by
from followup.conversations.incoming.pages import lines
from followup.conversations.models import Message
from followup.conversations.showing.statuses import sender_words
from followup.conversations.writing.beginning import WHY_NOT
from followup.conversations.writing.errors import MayNotWrite
from followup.conversations.writing.who import WhyNot
from followup.errors import FollowUpError
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.accounts.permissions import StaffRequest, agent_required
from nps_project.common import paging
from nps_project.common.paging import BadKey, address, before_id, read_id
from nps_project.web import form_submissions

_PAGE = "followup/conversations/incoming/list.html"
LONGEST_SEARCH = 200


@agent_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """Mails that belong to no ticket, the newest first, 50 a page; `?view=aside`: those that were set aside."""
    view, after = request.GET.get("view", lines.WAITING), request.GET.get("after", "")
    faults = []
    if view not in (lines.WAITING, lines.ASIDE):
        faults, view = [_("There is no such list. These are the mails that wait.")], lines.WAITING
    rows = lines.in_view(request.user, view)
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults, after = [_("This page of the mails does not exist. Begin at its first page.")], ""
    found, has_more = paging.page(rows)
    tabs = ((lines.WAITING, _("Waiting")), (lines.ASIDE, _("Set aside")))
    context = {
        "room": "desk",
        "faults": faults,
        "clear_url": "?",
        "view": view,
        "tabs": [(label, address(request.GET, view=name if name != lines.WAITING else None), name == view)
                 for name, label in tabs],
        "lines": lines.of(found, timezone.now()),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }  # fmt: skip
    return render(request, _PAGE, context, status=400 if faults else 200)


@agent_required
@require_safe
def mail(request: StaffRequest, message_id: int) -> HttpResponse:
    """One mail without a ticket. `?q=`: tickets with these words, or this number."""
    return _page(request, _find(request.user, message_id))


def _find(user: User, message_id: int) -> Message:
    message = seen_by.without_ticket(user).select_related("contact").filter(pk=message_id).first()
    if message is None:
        raise Http404
    return message


def _page(request: StaffRequest, message: Message, fault: str = "", status: int = 200) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    (line,) = lines.of([message], timezone.now())
    context = {
        "room": "desk",
        "line": line,
        "sender": sender_words(message),
        "message": message,
        "files": list(message.attachments.select_related("content_row").defer("content_row__content")),
        "has_raw": hasattr(message, "raw_mail"),
        "q": words,
        "tickets": lines.tickets_for(request.user, message, words),
        "may_open": bool(message.contact_id),
        "fault": fault,
        "submission": form_submissions.new_submission(),
    }
    return render(request, "followup/conversations/incoming/mail.html", context, status=status)


def _attach(request: StaffRequest, message: Message) -> Message:
    """Raises: BadKey for what is no number of a ticket that this person sees."""
    number = read_id(request.POST.get("ticket", "").strip().removeprefix("#"))
    ticket = Ticket.objects.visible_to(request.user).filter(pk=number).first()
    if ticket is None:
        raise BadKey(str(number))
    return deciding.attach(message_id=message.pk, ticket=ticket, by=request.user)


Do = Callable[[StaffRequest, Message], Message]
#: By the last part of the address: what is done, and what the next page says.
_ACTIONS: dict[str, tuple[Do, Any]] = {
    "attach": (_attach, gettext_lazy("The mail is on this ticket now.")),
    "ticket": (
        lambda request, message: deciding.open_ticket(message_id=message.pk, by=request.user),
        gettext_lazy("The mail is on this ticket now."),
    ),
    "aside": (
        lambda request, message: deciding.set_aside(message_id=message.pk, by=request.user),
        gettext_lazy("The mail is set aside. It is kept."),
    ),
    "back": (
        lambda request, message: deciding.set_aside(message_id=message.pk, by=request.user, back=True),
        gettext_lazy("The mail waits again."),
    ),
    "accept": (
        lambda request, message: deciding.accept(message_id=message.pk, by=request.user),
        gettext_lazy("The mail counts as the customer’s."),
    ),
    "thanks": (
        lambda request, message: deciding.only_thanks(message_id=message.pk, by=request.user),
        gettext_lazy("No answer is due to these thanks."),
    ),
    "send": (
        lambda request, message: deciding.send_prepared(message_id=message.pk, by=request.user),
        gettext_lazy("The mail leaves in ten seconds. Until then you can take it back."),
    ),
    "drop": (
        lambda request, message: deciding.drop_prepared(message_id=message.pk, by=request.user),
        gettext_lazy("The mail does not leave."),
    ),
}


@agent_required
@require_POST
def act(request: StaffRequest, message_id: int, action: str) -> HttpResponse:
    """POST one of _ACTIONS, which is done once: 303 to the ticket, or to the list.

    What cannot be done is said on the page that it was asked on: 422 for a bad ticket, else a redirect there.
    """
    if action not in _ACTIONS:
        raise Http404
    message = seen_by.visible(request.user).filter(pk=message_id).first()
    if message is None:
        return _gone(request)
    do, done = _ACTIONS[action]
    try:
        with transaction.atomic():
            is_first = form_submissions.is_first(request)
            if is_first:
                message = do(request, message)
    except BadKey:
        typed = request.POST.get("ticket", "")[:50]
        said = _("“%(value)s” is no ticket that you see. Give its number.") % {"value": typed}
        if message.ticket_id is not None:
            messages.error(request, said)
            return _back(message)
        return _page(request, message, fault=said, status=422)
    except FollowUpError as error:
        messages.error(request, _refusal(error))
        return _back(seen_by.visible(request.user).filter(pk=message.pk).first())
    if is_first:
        messages.success(request, str(done))
    else:
        form_submissions.say_twice(request)
    return _back(message if message.ticket_id is not None else None)


def _gone(request: StaffRequest) -> HttpResponseRedirect:
    """To the ticket that the form names, whose prepared mail a colleague has just sent. Raises: Http404 without one."""
    typed = request.POST.get("of", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    if not Ticket.objects.visible_to(request.user).filter(pk=number).exists():
        raise Http404
    messages.error(request, _("Somebody has decided about this mail already. Nothing was changed."))
    return HttpResponseRedirect(f"{reverse('followup:ticket', args=[number])}#conversation", status=303)


def _refusal(error: FollowUpError) -> str:
    if isinstance(error, MayNotWrite):
        return str(WHY_NOT[WhyNot(str(error.value))])
    if error.field in ("text", "subject"):
        return _("Something in this mail cannot be sent as it stands. Choose “Change it first”.")
    if error.field == "contact":
        return _("This customer has no answer to open a ticket for. Attach the mail to a ticket instead.")
    return _("Somebody has decided about this mail already. Nothing was changed.")


def _back(message: Message | None) -> HttpResponseRedirect:
    """To the ticket of a mail, to the mail that has none, else to the list."""
    if message is None:
        return HttpResponseRedirect(reverse("customer_mail:list"), status=303)
    if message.ticket_id is None:
        return HttpResponseRedirect(reverse("customer_mail:mail", args=[message.pk]), status=303)
    return HttpResponseRedirect(f"{reverse('followup:ticket', args=[message.ticket_id])}#conversation", status=303)
