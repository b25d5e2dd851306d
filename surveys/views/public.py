"""The customers' pages: the public survey and the personal link. A GET changes nothing. thanks.py has what follows."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial, wraps
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from nps_project.accounts.links import make_token, read_token
from nps_project.common.statements import on_a_living_connection
from nps_project.web.kept_pages import forms as kept_forms
from nps_project.web.proxies import client
from nps_project.web.rate_limit import answer_limit
from surveys.answer_form import SubmittedForm, form_of_response, read_form
from surveys.contacts.lookup import survey_for_customers, survey_to_show
from surveys.errors import NotStored, TooLateToChange
from surveys.models import Channel, Invitation, InvitationStatus, Response, ResponseState, Survey, SurveyStatus
from surveys.scanners import looking, openings, rules, taps
from surveys.services.responses import Origin, record_response
from surveys.views import survey_page
from surveys.views.blank_page import blank_page, submission_purpose
from surveys.views.sent import Sent, submission_of, thanks_address
from surveys.views.survey_page import (
    FormOwner,
    SurveyRequest,
    answer_with,
    is_switch,
    notice_page,
    page_in_other_language,
    read_survey_request,
)

PAUSED_RETRY_S = 3600
LIMIT_RETRY_S = 60

View = Callable[..., HttpResponse]


def customer_page(view: View) -> View:
    """A customer's page: no CSRF token, only GET and POST, 413 for too large a body, 400 for one that is no form."""

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
    found = survey_to_show(slug)
    if found is None:
        raise Http404
    if request.method == "POST" and not is_switch(request):
        return _survey_answered(request, found)
    survey_request = read_survey_request(request, found)
    if ended := not_open(survey_request):
        return ended
    if is_switch(request):
        return page_in_other_language(request, survey_request, FormOwner(submission=_submission(request, found)))
    return blank_page(survey_request)


def _survey_answered(request: HttpRequest, seen: Survey) -> HttpResponse:
    """Take an answer by the survey as it was seen within the last second, whose revision the statement checks.

    Whatever else comes of it is decided with the survey as it is now.
    """
    sent = Sent.of(request.META, seen)
    with suppress(NotStored):
        return _take(request, sent, seen, revision=seen.revision)
    found = survey_for_customers(seen.slug)
    if found is None:
        raise Http404
    return _take(request, sent, found)


def _take(request: HttpRequest, sent: Sent, found: Survey, *, revision: int | None = None) -> HttpResponse:
    """Store an answer, or say why not. Raises: NotStored with a revision, when it is to be decided anew."""
    survey_request = read_survey_request(request, found)
    submission = submission_of(found, request.POST)
    form = read_form(request.POST, survey_request.content.questions, first=found.default_language, is_public=True)
    if revision is not None and (form.faults or not found.takes_answers(timezone.now())):
        raise NotStored("revision", revision, "an open survey, and an answer without faults")
    if ended := not_open(survey_request):
        return ended
    if form.faults or not sent.is_within_limit:
        return refused(survey_request, form, FormOwner(submission=_submission(request, found)))
    first = sent.first(survey_request, form, submission, revision)
    storing = partial(
        record_response,
        survey=found, answer=first.answer, origin=first.origin, state=first.state, evidence=first.evidence,
    )  # fmt: skip
    try:
        recorded = on_a_living_connection(storing)
    except TooLateToChange:
        return too_late(survey_request)
    response = thank(recorded.public_id)
    kept_forms.leave(response, survey_request.language)
    return response


def _submission(request: HttpRequest, survey: Survey) -> str:
    """The token of a form that comes back: that of the form that was sent, if it is genuine."""
    return make_token(submission_purpose(survey), submission_of(survey, request.POST) or uuid4())


@customer_page
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """/r/<token>/: one customer's form; later the same form with their answer in it, to change."""
    invitation = invitation_of(token)
    survey_request = read_survey_request(request, invitation.survey, invitation.contact.language)
    if request.method != "POST":
        score = survey_request.score
        openings.opened(request, invitation, rules.link_of_score(score) if score else rules.PLAIN)
    return without_referrer(_personal(request, survey_request, invitation))


def invitation_of(token: str) -> Invitation:
    """The invitation behind a personal link, with its answer. Raises: Http404."""
    rows = Invitation.objects.select_related("survey", "contact", "response")
    invitation = rows.filter(public_id=row_id("r", token)).exclude(survey__status=SurveyStatus.DRAFT).first()
    if invitation is None:
        raise Http404
    return invitation


def _personal(request: HttpRequest, survey_request: SurveyRequest, invitation: Invitation) -> HttpResponse:
    if invitation.contact.erased_at is not None:
        return notice_page("closed", survey_request, 410, {"reason": "erased"})
    if invitation.status == InvitationStatus.REVOKED:
        return notice_page("closed", survey_request, 410, {"reason": "revoked"})
    if ended := not_open(survey_request):
        return ended
    response: Response | None = getattr(invitation, "response", None)
    if response is not None:
        response.survey = invitation.survey
        if not response.may_change(timezone.now()):
            return too_late(survey_request)
    owner = FormOwner(contact=invitation.contact, response=response)
    if request.method != "POST" or is_switch(request):
        if survey_request.score and taps.takes_taps(invitation, response):
            token = taps.page_token(invitation, survey_request.score, taps.client_of(request), timezone.now())
            owner = replace(owner, tap=token, tap_url=f"{request.path}tap/")
        if is_switch(request):
            return page_in_other_language(request, survey_request, owner)
        form = form_of_response(response) if response else SubmittedForm()
        form.score = survey_request.score or form.score
        return answer_with(survey_page.filled_page(survey_request, form, owner), survey_request)

    form = read_form(
        request.POST, survey_request.content.questions, first=survey_request.survey.default_language, is_public=False
    )
    if form.faults or not answer_limit.allows(client(request)):
        return refused(survey_request, form, owner)
    doubt = looking.doubt_of(invitation, timezone.now())
    try:
        recorded = record_response(
            survey=invitation.survey,
            answer=form.new_answer(),
            origin=Origin(
                channel=Channel.PERSONAL,
                language=survey_request.language,
                invitation_id=invitation.pk,
                contact_id=invitation.contact_id,
                texts_id=survey_request.content.texts_id,
                traits=invitation.contact.traits,
                follows_id=invitation.follows_id,
            ),
            state=ResponseState.PROVISIONAL if doubt else ResponseState.CONFIRMED,
            evidence=doubt,
        )
    except TooLateToChange:
        return too_late(survey_request)
    return thank(recorded.public_id)


def not_open(survey_request: SurveyRequest) -> HttpResponse | None:
    """The page that says why the survey takes no answers; None when it does."""
    if survey_request.survey.status == SurveyStatus.PAUSED:
        return notice_page("paused", survey_request, 503, retry_after_s=PAUSED_RETRY_S)
    if survey_request.survey.is_expired(timezone.now()):
        return notice_page("closed", survey_request, 410, {"reason": "closed"})
    return None


def refused(survey_request: SurveyRequest, form: SubmittedForm, owner: FormOwner) -> HttpResponse:
    """The page again, filled in: 422 when a field has a fault, else 429, since the client is over the limit."""
    if form.faults:
        return answer_with(survey_page.filled_page(survey_request, form, owner), survey_request, 422)
    page = survey_page.filled_page(survey_request, form, owner, survey_page.over_limit_notice())
    response = answer_with(page, survey_request, 429)
    response.headers["Retry-After"] = str(LIMIT_RETRY_S)
    return response


def too_late(survey_request: SurveyRequest) -> HttpResponse:
    """The page of an answer that can be changed no longer."""
    return notice_page("closed", survey_request, 410, {"reason": "too_late", "days": survey_request.survey.edit_days})


def thank(public_id: UUID) -> HttpResponse:
    """To the thank-you of an answer that is stored."""
    return HttpResponse(status=303, headers={"Location": thanks_address(public_id)})


def row_id(purpose: str, token: str) -> UUID:
    """The row behind a customer's link. Raises: Http404."""
    found = read_token(purpose, token)
    if found is None:
        raise Http404
    return found


def without_referrer(response: HttpResponse) -> HttpResponse:
    """The address is the customer's secret: links on the page do not pass it on as referrer."""
    response.headers["Referrer-Policy"] = "no-referrer"
    patch_vary_headers(response, ["Accept-Language"])
    return response
