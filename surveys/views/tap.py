"""/r/<token>/tap/: the script of a page that was reached by a mail's score link tells that a person is there."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nps_project.web.proxies import client
from nps_project.web.rate_limit import answer_limit
from surveys.answer_form import read_score
from surveys.models import InvitationStatus, Response
from surveys.scanners import taps
from surveys.scanners.models import Act
from surveys.views.public import LIMIT_RETRY_S, customer_page, invitation_of, not_open
from surveys.views.survey_page import read_survey_request


@customer_page
def tap(request: HttpRequest, token: str) -> HttpResponse:
    """Keep a score without Send: 204 when it is kept, 409 when an answer was sent before, 422 for what is no tap."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    invitation = invitation_of(token)
    response: Response | None = getattr(invitation, "response", None)
    survey_request = read_survey_request(request, invitation.survey, invitation.contact.language)
    if invitation.status == InvitationStatus.REVOKED or invitation.contact.erased_at is not None:
        return HttpResponse(status=410)
    if ended := not_open(survey_request):
        return HttpResponse(status=ended.status_code)
    page = taps.read_page(invitation, request.POST.get("page", ""))
    score, act = read_score(request.POST.get("score", "")), request.POST.get("act", "")
    if page is None or not score or act not in Act.values:
        return HttpResponse(status=422)
    if not answer_limit.allows(client(request)):
        return HttpResponse(status=429, headers={"Retry-After": str(LIMIT_RETRY_S)})
    is_noted = taps.takes_taps(invitation, response) and taps.note(
        invitation=invitation,
        page=page,
        score=int(score),
        act=act,
        client=taps.client_of(request),
        language=survey_request.language,
        texts_id=survey_request.content.texts_id,
        at=timezone.now(),
    )
    return HttpResponse(status=204 if is_noted else 409)
