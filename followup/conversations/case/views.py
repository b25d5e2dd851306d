"""/case/<token>/: the customer's own page. A GET changes nothing; each form posts here and says in `do` what it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from followup.conversations.case import calls, reading, services
from followup.conversations.case.forms import (
    CALL,
    CANCEL,
    CONTACT,
    SAID,
    WRITE,
    Typed,
    read_call,
    read_message,
    read_said,
)
from followup.conversations.case.links import case_path, form_purpose, response_of
from followup.conversations.slots import services as booking
from followup.conversations.slots.services import TimeNotFree
from followup.models import CustomerSaid, Ticket
from followup.tickets.customers.promise import promise_of
from nps_project.accounts.links import make_token, read_token
from nps_project.web.proxies import client
from nps_project.web.rate_limit import BatchedLimit, seconds_left
from surveys.answer_form import SubmittedForm, read_contact
from surveys.models import Response
from surveys.services.responses import give_reach
from surveys.views.public import customer_page, without_referrer
from surveys.views.survey_page import fault_summary
from surveys.views.thanks import change_link

HOUR_S = 3600
BOOKED = "booked"
PER_CASE, PER_ADDRESS = 20, 200  # forms sent in an hour; an office shares an address
CALLS_PER_ADDRESS = 10  # calls booked in an hour: more are no office, and take the times of all other customers
_limit = BatchedLimit(HOUR_S)

Found = tuple[Response, Ticket | None]


@customer_page
def case(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one answer. Raises: Http404 for a forged token."""
    response = response_of(token)
    if response is None:
        raise Http404
    translation.activate(response.language)
    with timezone.override(reading.zone_of(response)):
        if hasattr(response, "closed_case") or response.erased_at is not None:
            return _private(response, "closed", {"brand": response.survey.brand}, 410)
        if request.method == "POST":
            return _sent(request, response)
        return _page(response, Typed(), done=request.GET.get("done", ""))


def _sent(request: HttpRequest, response: Response) -> HttpResponse:
    act = _ACTS.get(request.POST.get("do", ""))
    return act(request, response, timezone.now()) if act else _back(response)


def _write(request: HttpRequest, response: Response, at: datetime) -> HttpResponse:
    typed = read_message(request.POST)
    if refusal := _refused(request, response, typed):
        return refusal
    submission = read_token(form_purpose(response), request.POST.get("submission", ""))
    services.write(response_id=response.pk, text=typed.text, submission=submission, at=at)
    return _back(response, WRITE)


def _say(request: HttpRequest, response: Response, at: datetime) -> HttpResponse:
    said = read_said(request.POST)
    if said is None:
        return _back(response)
    if refusal := _refused(request, response, Typed(SAID)):
        return refusal
    services.say(response_id=response.pk, said=said, at=at)
    return _back(response, said.value)


def _give_contact(request: HttpRequest, response: Response, _at: datetime) -> HttpResponse:
    if not _asks_for_contact(response):
        return _back(response)
    form = read_contact(request.POST, response.score)
    if refusal := _refused(request, response, Typed(CONTACT, contact=form, faults=form.faults)):
        return refusal
    give_reach(
        response_id=response.pk, name=form.contact_name, email=form.contact_email, phone=form.contact_phone
    )  # fmt: skip
    return _back(response, CONTACT)


def _call(request: HttpRequest, response: Response, at: datetime) -> HttpResponse:
    """Book the time that was chosen, or take the words for it; a number that was given is kept with either."""
    typed = read_call(request.POST, has_phone=bool(response.reach_phone))
    if refusal := _refused(request, response, typed):
        return refusal
    if typed.slot and not _limit.is_within(f"calls-address:{client(request)}", CALLS_PER_ADDRESS):
        return _too_much(response, typed)
    submission = read_token(form_purpose(response), request.POST.get("submission", ""))
    try:
        with transaction.atomic():
            if typed.phone and not response.is_unsure:
                give_reach(response_id=response.pk, phone=typed.phone)
            if typed.slot is not None:
                booking.book(response_id=response.pk, starts_at=typed.slot, at=at)
            else:
                number = typed.phone if response.is_unsure else ""
                text = "\n".join(filter(None, (_("Please call me: %(when)s") % {"when": typed.when}, number)))
                services.write(response_id=response.pk, text=text, submission=submission, at=at)
    except TimeNotFree:
        typed.slot = None
        typed.notice = _("That time is no longer free. These times are left:")
        return _page(response, typed, status=409)
    return _back(response, CALL if typed.slot is None else BOOKED)


def _cancel(request: HttpRequest, response: Response, at: datetime) -> HttpResponse:
    if refusal := _refused(request, response, Typed(CANCEL)):
        return refusal
    booking.cancel(response_id=response.pk, at=at)
    return _back(response, CANCEL)


_ACTS: dict[str, Callable[[HttpRequest, Response, datetime], HttpResponse]] = {
    WRITE: _write,
    SAID: _say,
    CONTACT: _give_contact,
    CALL: _call,
    CANCEL: _cancel,
}


def _refused(request: HttpRequest, response: Response, typed: Typed) -> HttpResponse | None:
    """The page again with what was typed: 422 when a field has a fault, 429 when too much came; None when all is well.

    The limits are open while their store is gone.
    """
    if typed.faults:
        return _page(response, typed, status=422)
    is_within = _limit.is_within(f"case:{response.pk}", PER_CASE)
    if is_within and _limit.is_within(f"case-address:{client(request)}", PER_ADDRESS):
        return None
    return _too_much(response, typed)


def _too_much(response: Response, typed: Typed) -> HttpResponse:
    """The page again, with what was typed."""
    typed.notice = _(
        "Nothing is lost, but it is not sent yet: a lot was sent in the last hour. Please send it a little later."
    )
    page = _page(response, typed, status=429)
    page.headers["Retry-After"] = str(seconds_left(HOUR_S))
    return page


def _back(response: Response, done: str = "") -> HttpResponse:
    """To the page, which says what was done."""
    said = f"?done={done}" if done else ""
    return without_referrer(HttpResponse(status=303, headers={"Location": f"{case_path(response)}{said}"}))


def _page(response: Response, typed: Typed, *, status: int = 200, done: str = "") -> HttpResponse:
    at = timezone.now()
    ticket = reading.ticket_of(response)
    call = calls.shown(response, ticket, at)
    state = reading.state_of(ticket, at, call.due_at)
    context = {
        "brand": response.survey.brand,
        "response": response,
        "ticket": ticket,
        "state": state,
        "hours": _hours_promised(response) if ticket is None else None,
        "owner": reading.first_name(ticket.owner) if ticket else "",
        "promises": reading.promises(ticket, at) if ticket else [],
        "lines": reading.messages(response, ticket, at),
        "may_say": ticket is not None and (ticket.is_resolved or ticket.first_contact_at is not None),
        "said": ticket.customer_said if ticket else None,
        "change_link": change_link(response),
        "change_until": timezone.localtime(response.change_until),
        "call": call,
        "asks_for_contact": _asks_for_contact(response),
        "submission": make_token(form_purpose(response), uuid4()),
        "typed": typed,
        "fault_summary": fault_summary(typed.faults),
        "done": _done(done),
    }
    return _private(response, "case", context, status)


def _hours_promised(response: Response) -> int | None:
    promise = promise_of(response)
    return promise.hours if promise else None


def _asks_for_contact(response: Response) -> bool:
    """Whether to ask how the customer can be reached; not of an answer that a program may have given."""
    return not response.can_be_reached and not response.is_unsure and not response.is_imported


def _done(what: str) -> str:
    """What was done, as the address says; "" for anything else."""
    words = {
        WRITE: _("Your message has arrived."),
        CALL: _("Thank you. We have read when we may call you."),
        BOOKED: _("Your call is booked."),
        CANCEL: _("Your call is cancelled."),
        CONTACT: _("Thank you. Now we can reach you."),
        CustomerSaid.FIXED.value: _("Thank you for telling us. We are glad."),
        CustomerSaid.NOT_FIXED.value: _("Thank you for telling us. We take it up again."),
    }
    return words.get(what, "")


def _private(response: Response, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """A page that nobody keeps, finds or passes on."""
    html = render_to_string(f"followup/conversations/case/{template}.html", {"typed": SubmittedForm(), **context})
    page = HttpResponse(html, status=status)
    page.headers["Cache-Control"] = "private, no-store"
    page.headers["Content-Language"] = response.language
    page.headers["X-Robots-Tag"] = "noindex"
    return without_referrer(page)
