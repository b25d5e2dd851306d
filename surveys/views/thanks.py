"""/t/<token>/: the thank-you after an answer, the way to correct it, and asking once more how to reach the customer.

The token is the key to one answer, as that of a personal link is: nobody can guess it, and no other page shows it.
"""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from nps_project.accounts.links import make_token
from nps_project.web.proxies import client
from nps_project.web.rate_limit import answer_limit
from surveys.answer_form import SubmittedForm, form_of_response, read_contact, read_form
from surveys.errors import TooLateToChange
from surveys.hooks import call_form_of, case_path_of, promise_of
from surveys.models import Channel, InvitationStatus, Response
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.services.responses import PAGES, NewAnswer, change_response
from surveys.services.surveys import current_texts
from surveys.views import survey_page
from surveys.views.public import (
    LIMIT_RETRY_S,
    customer_page,
    not_open,
    refused,
    row_id,
    thank,
    too_late,
    without_referrer,
)
from surveys.views.survey_page import (
    FormOwner,
    SurveyRequest,
    answer_with,
    is_switch,
    notice_page,
    page_in_other_language,
    read_survey_request,
)


@customer_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The thank-you for the score, the promise, and the link to change the answer; a POST says how to reach them."""
    response = _response(token)
    translation.activate(response.language)
    if response.erased_at is not None:
        return _erased(request, response)
    if request.method == "POST" and _asks_for_contact(response):
        return _contact_given(request, response)
    if request.method == "POST":
        return without_referrer(thank(response.public_id))
    return _thanks_page(request, response, form_of_response(response))


@customer_page
def change(request: HttpRequest, token: str) -> HttpResponse:
    """/t/<token>/change/: the form with an answer of the public link in it, as long as it may be changed."""
    response = _response(token)
    if response.channel != Channel.LINK or response.invitation_id is not None:
        raise Http404
    survey_request = read_survey_request(request, response.survey, response.language)
    if response.erased_at is not None:
        return _erased(request, response)
    return without_referrer(_changed(request, response, survey_request))


def _erased(request: HttpRequest, response: Response) -> HttpResponse:
    """The page of an answer whose words were erased."""
    survey_request = read_survey_request(request, response.survey, response.language)
    return without_referrer(notice_page("closed", survey_request, 410, {"reason": "erased"}))


def _changed(request: HttpRequest, response: Response, survey_request: SurveyRequest) -> HttpResponse:
    if ended := not_open(survey_request):
        return ended
    if not response.may_change(timezone.now()):
        return too_late(survey_request)
    owner = FormOwner(response=response)
    if is_switch(request):
        return page_in_other_language(request, survey_request, owner)
    if request.method != "POST":
        page = survey_page.filled_page(survey_request, form_of_response(response), owner)
        return answer_with(page, survey_request)
    content, first = survey_request.content, survey_request.survey.default_language
    form = read_form(request.POST, content.questions, first=first, is_public=True)
    if form.faults or not answer_limit.allows(client(request)):
        return refused(survey_request, form, owner)
    try:
        change_response(
            response_id=response.pk,
            answer=form.new_answer(),
            language=survey_request.language,
            texts_id=content.texts_id,
        )
    except TooLateToChange:
        return too_late(survey_request)
    return thank(response.public_id)


def _response(token: str) -> Response:
    rows = Response.objects.select_related("survey", "contact", "texts", "invitation")
    response = rows.filter(public_id=row_id("t", token)).first()
    if response is None:
        raise Http404
    return response


def _thanks_page(
    request: HttpRequest, response: Response, form: SubmittedForm, status: int = 200, notice: str = ""
) -> HttpResponse:
    texts = response.texts or current_texts(response.survey).get(response.language)
    brand, promise = response.survey.brand, promise_of(response)
    context = {
        "brand": brand,
        "thanks": texts.thanks_for(response.score).replace("{brand}", brand) if texts else "",
        "promise": promise,
        "call_form": call_form_of(response) if promise and promise.offers_times else "",
        "response": response,
        "change_link": change_link(response),
        "change_until": timezone.localtime(response.change_until),
        "case_path": case_path_of(response),
        "asks_for_contact": _asks_for_contact(response),
        "typed": form,
        "fault_summary": survey_page.fault_summary(form.faults),
        "notice": notice,
    }
    page = render(request, "surveys/public/thanks.html", context, status=status)
    page.headers["Cache-Control"] = "no-store"
    page.headers["Content-Language"] = response.language
    return without_referrer(page)


def change_link(response: Response) -> str:
    """The address at which the customer may change the answer; empty when they may not."""
    now, invitation = timezone.now(), response.invitation
    if not response.may_change(now) or response.survey.is_expired(now):
        return ""
    if invitation is not None:
        is_revoked = invitation.status == InvitationStatus.REVOKED
        return "" if is_revoked else f"/r/{make_token('r', invitation.public_id)}/"
    return f"/t/{make_token('t', response.public_id)}/change/" if response.channel == Channel.LINK else ""


def _asks_for_contact(response: Response) -> bool:
    """Whether to ask, once, how an unhappy customer can be reached who gave no way. One query after a change.

    Who has seen the question and then changed the answer without telling is not asked again.
    """
    is_unhappy = response.score <= HIGHEST_DETRACTOR and response.channel in PAGES
    if not is_unhappy or response.can_be_reached or response.is_unsure or not response.may_change(timezone.now()):
        return False
    if response.changed_at is None:
        return True
    before = response.changes.filter(old_score__lte=HIGHEST_DETRACTOR, old_can_be_reached=False)
    return not before.exists()


def _contact_given(request: HttpRequest, response: Response) -> HttpResponse:
    """Store how to reach the customer, as a change of the answer: the ticket's clock runs from now."""
    form = read_contact(request.POST, response.score)
    if form.faults:
        return _thanks_page(request, response, form, 422)
    if not answer_limit.allows(client(request)):
        page = _thanks_page(request, response, form, 429, survey_page.over_limit_notice())
        page.headers["Retry-After"] = str(LIMIT_RETRY_S)
        return page
    answer = NewAnswer(score=response.score, **{name: getattr(form, name) for name in form.offered})
    with suppress(TooLateToChange):  # the time ended between the two looks; the page no longer asks then
        change_response(response_id=response.pk, answer=answer)
    return without_referrer(thank(response.public_id))
