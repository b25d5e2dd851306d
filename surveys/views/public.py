"""The customers' pages: the public survey, the personal link and the thank-you. A GET changes nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial, wraps
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
from nps_project.common.statements import on_a_living_connection
from nps_project.web.proxies import client
from nps_project.web.rate_limit import answer_limit
from surveys.answer_form import SubmittedForm, form_of_response, read_form
from surveys.contacts.lookup import survey_for_customers, survey_to_show
from surveys.errors import NotStored, TooLateToChange
from surveys.hooks import promise_of
from surveys.models import Channel, Invitation, InvitationStatus, Response, ResponseState, Survey, SurveyStatus
from surveys.scanners import looking, openings, rules, taps
from surveys.services import flood
from surveys.services.responses import Origin, Recorded, record_response
from surveys.services.sources import source_of
from surveys.services.surveys import current_texts
from surveys.views import survey_page
from surveys.views.blank_page import blank_page, submission_purpose
from surveys.views.survey_page import FormOwner, SurveyRequest, answer_with, notice_page, read_survey_request

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
    if request.method == "POST":
        return _survey_answered(request, found)
    survey_request = read_survey_request(request, found)
    return not_open(survey_request) or blank_page(survey_request)


class _Sent:
    """A form that was sent, and may be decided twice: limits count it once."""

    def __init__(self, request: HttpRequest, seen: Survey) -> None:
        self.request, self._seen = request, seen
        self.own = uuid4()  # the submission of a form without one: done twice, since a connection was lost, it is one

    @cached_property
    def is_within_limit(self) -> bool:
        """Whether the client's address may answer now."""
        return answer_limit.allows(client(self.request))

    @cached_property
    def is_flood(self) -> bool:
        """Whether the survey gets more answers than is usual."""
        return flood.is_over(self._seen)


def _survey_answered(request: HttpRequest, seen: Survey) -> HttpResponse:
    """Take an answer by the survey as it was seen within the last second, whose revision the statement checks.

    Whatever else comes of it is decided with the survey as it is now.
    """
    sent = _Sent(request, seen)
    with suppress(NotStored):
        return _take(sent, seen, revision=seen.revision)
    found = survey_for_customers(seen.slug)
    if found is None:
        raise Http404
    return _take(sent, found)


def _take(sent: _Sent, found: Survey, *, revision: int | None = None) -> HttpResponse:
    """Store an answer, or say why not. Raises: NotStored with a revision, when it is to be decided anew."""
    request = sent.request
    survey_request = read_survey_request(request, found)
    purpose = submission_purpose(found)
    data, submission = request.POST, read_token(purpose, request.POST.get("submission", ""))
    form = read_form(data, survey_request.content.questions, first=found.default_language, is_public=True)
    if revision is not None and (form.faults or not found.takes_answers(timezone.now())):
        raise NotStored("revision", revision, "an open survey, and an answer without faults")
    if ended := not_open(survey_request):
        return ended
    if form.faults or not sent.is_within_limit:
        return _refused(survey_request, form, FormOwner(submission=make_token(purpose, submission or uuid4())))
    storing = partial(
        record_response,
        survey=found,
        answer=form.new_answer(),
        origin=Origin(
            channel=Channel.LINK,
            language=survey_request.language,
            submission=submission or sent.own,
            texts_id=survey_request.content.texts_id,
            traits=survey_request.traits,
            source=source_of(request.META.get("REMOTE_ADDR", "")),
            revision=revision,
        ),
        # Above its flood limit an answer waits for a person's decision; the customer notices nothing.
        state=ResponseState.PROVISIONAL if sent.is_flood else ResponseState.CONFIRMED,
        evidence=flood.EVIDENCE if sent.is_flood else None,
    )
    try:
        recorded = on_a_living_connection(storing)
    except TooLateToChange:
        return _too_late(survey_request)
    return _thank(recorded)


@customer_page
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """/r/<token>/: one customer's form; later the same form with their answer in it, to change."""
    invitation = invitation_of(token)
    survey_request = read_survey_request(request, invitation.survey, invitation.contact)
    if request.method != "POST":
        score = survey_request.score
        openings.opened(request, invitation, rules.link_of_score(score) if score else rules.PLAIN)
    return _without_referrer(_personal(request, survey_request, invitation))


def invitation_of(token: str) -> Invitation:
    """The invitation behind a personal link, with its answer. Raises: Http404."""
    rows = Invitation.objects.select_related("survey", "contact", "response")
    invitation = rows.filter(public_id=_row_id("r", token)).exclude(survey__status=SurveyStatus.DRAFT).first()
    if invitation is None:
        raise Http404
    return invitation


def _personal(request: HttpRequest, survey_request: SurveyRequest, invitation: Invitation) -> HttpResponse:
    if invitation.status == InvitationStatus.REVOKED:
        return notice_page("closed", survey_request, 410, {"reason": "revoked"})
    if ended := not_open(survey_request):
        return ended
    response: Response | None = getattr(invitation, "response", None)
    if response is not None:
        response.survey = invitation.survey
        if not response.may_change(timezone.now()):
            return _too_late(survey_request)
    owner = FormOwner(contact=invitation.contact, response=response)
    if request.method != "POST":
        form = form_of_response(response) if response else SubmittedForm()
        form.score = survey_request.score or form.score
        if survey_request.score and taps.takes_taps(invitation, response):
            token = taps.page_token(invitation, form.score, taps.client_of(request), timezone.now())
            owner = replace(owner, tap=token, tap_url=f"{request.path}tap/")
        return answer_with(survey_page.filled_page(survey_request, form, owner), survey_request)

    form = read_form(
        request.POST, survey_request.content.questions, first=survey_request.survey.default_language, is_public=False
    )
    if form.faults or not answer_limit.allows(client(request)):
        return _refused(survey_request, form, owner)
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
        return _too_late(survey_request)
    return _thank(recorded)


@customer_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """/t/<token>/: the thank-you for the score's group, the promise, and the link to change the answer."""
    rows = Response.objects.select_related("survey", "contact", "texts", "invitation")
    response = rows.filter(public_id=_row_id("t", token)).first()
    if response is None:
        raise Http404
    translation.activate(response.language)
    texts = response.texts or current_texts(response.survey).get(response.language)
    brand = response.survey.brand
    context = {
        "brand": brand,
        "thanks": getattr(texts, f"thanks_{response.group}", "").replace("{brand}", brand),
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


def not_open(survey_request: SurveyRequest) -> HttpResponse | None:
    """The page that says why the survey takes no answers; None when it does."""
    if survey_request.survey.status == SurveyStatus.PAUSED:
        return notice_page("paused", survey_request, 503, retry_after_s=PAUSED_RETRY_S)
    if survey_request.survey.is_expired(timezone.now()):
        return notice_page("closed", survey_request, 410, {"reason": "closed"})
    return None


def _refused(survey_request: SurveyRequest, form: SubmittedForm, owner: FormOwner) -> HttpResponse:
    """The page again, filled in: 422 when a field has a fault, else 429, since the client is over the limit."""
    if form.faults:
        return answer_with(survey_page.filled_page(survey_request, form, owner), survey_request, 422)
    page = survey_page.filled_page(survey_request, form, owner, survey_page.over_limit_notice())
    response = answer_with(page, survey_request, 429)
    response.headers["Retry-After"] = str(LIMIT_RETRY_S)
    return response


def _too_late(survey_request: SurveyRequest) -> HttpResponse:
    return notice_page("closed", survey_request, 410, {"reason": "too_late", "days": survey_request.survey.edit_days})


def _thank(recorded: Recorded) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": _thanks_address(recorded.public_id)})


def _thanks_address(public_id: UUID) -> str:
    return f"/t/{make_token('t', public_id)}/"


def _change_link(response: Response) -> str:
    """The personal page's address while the customer may change the answer; else empty."""
    invitation = response.invitation
    if invitation is None or invitation.status == InvitationStatus.REVOKED or not response.may_change(timezone.now()):
        return ""
    return f"/r/{make_token('r', invitation.public_id)}/"


def _without_referrer(response: HttpResponse) -> HttpResponse:
    """The address is the customer's secret: links on the page do not pass it on as referrer."""
    response.headers["Referrer-Policy"] = "no-referrer"
    patch_vary_headers(response, ["Accept-Language"])
    return response
