"""The customers' pages: the public survey, the personal link, the thank-you. A GET changes nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from nps_project.accounts.links import make_token, read_token
from nps_project.web.proxies import client
from nps_project.web.rate_limit import answer_limit
from surveys.answer_form import TypedAnswer, read_answer, typed_before
from surveys.contacts.lookup import survey_for_customers
from surveys.errors import TooLateToChange
from surveys.hooks import promise_of
from surveys.models import Channel, Invitation, InvitationStatus, Response, ResponseState, Survey, SurveyStatus
from surveys.services import flood
from surveys.services.responses import Origin, Recorded, record_response
from surveys.services.sources import source_of
from surveys.services.surveys import current_words
from surveys.views import survey_page
from surveys.views.survey_page import Sheet, Visit, answer_with, told, visit_of

PAUSED_RETRY_S = 3600
LIMIT_RETRY_S = 60

View = Callable[..., HttpResponse]


def customer_page(view: View) -> View:
    """What all have in common: no cookie, no CSRF token, GET and POST only, and an answer to a body that is no form."""

    @csrf_exempt
    @gzip_page
    @require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
    @wraps(view)
    def page(request: HttpRequest, **key: str) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        try:
            return view(request, **key)
        except RequestDataTooBig:
            return render(request, "surveys/public/too_large.html", status=413)
        except (TooManyFieldsSent, MultiPartParserError, UnreadablePostError) as error:
            raise BadRequest("not a survey form") from error

    return page


@customer_page
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """/s/<slug>/: a form for anyone. A POST of `score` alone is a complete answer."""
    found = survey_for_customers(slug)
    if found is None:
        raise Http404
    visit = visit_of(request, found)
    if ended := _not_open(visit):
        return ended
    purpose = f"submission.{found.pk}"
    if request.method != "POST":
        return answer_with(survey_page.blank_page(visit, make_token(purpose, uuid4())), visit)

    data, submission = request.POST, read_token(purpose, request.POST.get("submission", ""))
    typed = read_answer(data, visit.asking.questions, first=found.default_language, is_public=True)
    if refused := _refuse(request, visit, typed, lambda: Sheet(submission=make_token(purpose, submission or uuid4()))):
        return refused
    try:
        recorded = record_response(
            survey=found,
            answer=typed.new_answer(),
            origin=Origin(
                channel=Channel.LINK,
                language=visit.language,
                submission=submission,
                texts_id=visit.asking.words_id,
                traits=visit.traits,
                source=source_of(request.META.get("REMOTE_ADDR", "")),
            ),
            **_waiting_when_too_many(found),
        )
    except TooLateToChange:
        return _too_late(visit)
    return _thank(recorded)


def _waiting_when_too_many(survey: Survey) -> dict[str, Any]:
    """Above its survey's flood limit an answer waits for a person's decision; the customer notices nothing."""
    return {"state": ResponseState.PROVISIONAL, "evidence": flood.EVIDENCE} if flood.is_over(survey) else {}


@customer_page
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """/r/<token>/: one customer's form; later the same form with his answer in it, to change."""
    rows = Invitation.objects.select_related("survey", "contact", "response")
    invitation = rows.filter(public_id=_row_id("r", token)).exclude(survey__status=SurveyStatus.DRAFT).first()
    if invitation is None:
        raise Http404
    visit = visit_of(request, invitation.survey, invitation.contact)
    return _without_referrer(_personal(request, visit, invitation))


def _personal(request: HttpRequest, visit: Visit, invitation: Invitation) -> HttpResponse:
    if invitation.status == InvitationStatus.REVOKED:
        return told("closed", visit, 410, {"reason": "revoked"})
    if ended := _not_open(visit):
        return ended
    response: Response | None = getattr(invitation, "response", None)
    if response is not None:
        response.survey = invitation.survey
        if not response.may_change(timezone.now()):
            return _too_late(visit)
    sheet = Sheet(contact=invitation.contact, response=response)
    if request.method != "POST":
        typed = typed_before(response) if response else TypedAnswer()
        typed.score = visit.score or typed.score
        return answer_with(survey_page.typed_page(visit, typed, sheet), visit)

    typed = read_answer(request.POST, visit.asking.questions, first=visit.survey.default_language, is_public=False)
    if refused := _refuse(request, visit, typed, lambda: sheet):
        return refused
    try:
        recorded = record_response(
            survey=invitation.survey,
            answer=typed.new_answer(),
            origin=Origin(
                channel=Channel.PERSONAL,
                language=visit.language,
                invitation_id=invitation.pk,
                contact_id=invitation.contact_id,
                texts_id=visit.asking.words_id,
                traits=invitation.contact.traits,
                follows_id=invitation.follows_id,
            ),
        )
    except TooLateToChange:
        return _too_late(visit)
    return _thank(recorded)


@customer_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """/t/<token>/: the thank-you of his group, the promise that will be kept, and the way to change his answer."""
    rows = Response.objects.select_related("survey", "contact", "words", "invitation")
    response = rows.filter(public_id=_row_id("t", token)).first()
    if response is None:
        raise Http404
    translation.activate(response.language)
    words = response.words or current_words(response.survey).get(response.language)
    brand = response.survey.brand
    context = {
        "brand": brand,
        "thanks": getattr(words, f"thanks_{response.group}", "").replace("{brand}", brand),
        "promise": promise_of(response),
        "response": response,
        "change_link": _change_link(response),
        "change_until": timezone.localtime(response.change_until),
    }
    page = render(request, "surveys/public/thanks.html", context)
    page.headers["Cache-Control"] = "no-store"
    page.headers["Content-Language"] = response.language
    return _without_referrer(page)


def _row_id(purpose: str, token: str) -> UUID:
    row_id = read_token(purpose, token)
    if row_id is None:
        raise Http404
    return row_id


def _not_open(visit: Visit) -> HttpResponse | None:
    if visit.survey.status == SurveyStatus.PAUSED:
        return told("paused", visit, 503, retry_after_s=PAUSED_RETRY_S)
    if visit.survey.is_expired(timezone.now()):
        return told("closed", visit, 410, {"reason": "closed"})
    return None


def _refuse(request: HttpRequest, visit: Visit, typed: TypedAnswer, sheet: Callable[[], Sheet]) -> HttpResponse | None:
    """The page again, with all that was typed, when a field has a fault or the address is over its limit."""
    if typed.faults:
        return answer_with(survey_page.typed_page(visit, typed, sheet()), visit, 422)
    if answer_limit.allows(client(request)):
        return None
    page = survey_page.typed_page(visit, typed, sheet(), survey_page.over_limit_notice())
    response = answer_with(page, visit, 429)
    response.headers["Retry-After"] = str(LIMIT_RETRY_S)
    return response


def _too_late(visit: Visit) -> HttpResponse:
    return told("closed", visit, 410, {"reason": "too_late", "days": visit.survey.edit_days})


def _thank(recorded: Recorded) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": _thanks_address(recorded.public_id)})


def _thanks_address(public_id: UUID) -> str:
    return f"/t/{make_token('t', public_id)}/"


def _change_link(response: Response) -> str:
    """To his personal page while the answer may be changed; empty else."""
    invitation = response.invitation
    if invitation is None or invitation.status == InvitationStatus.REVOKED or not response.may_change(timezone.now()):
        return ""
    return f"/r/{make_token('r', invitation.public_id)}/"


def _without_referrer(response: HttpResponse) -> HttpResponse:
    """The address is a secret of its reader: links that he follows do not carry it on."""
    response.headers["Referrer-Policy"] = "no-referrer"
    patch_vary_headers(response, ["Accept-Language"])
    return response
