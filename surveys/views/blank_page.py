"""The public page with an empty form: rendered once for each revision of a survey, language and score.

The survey's revision grows with every change of what customers see. Copies of one page differ in two places, the form's
submission and the values of the address, and the web server puts these in by itself (nps_project/web/kept_pages).
"""

import re
import secrets
from functools import lru_cache, partial
from typing import Any
from uuid import uuid4

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape

from nps_project.accounts import links
from nps_project.web.kept_pages import memory as kept_pages
from surveys.answer_form import SubmittedForm
from surveys.branding import look
from surveys.contacts.lookup import survey_in_memory
from surveys.models import Survey
from surveys.views.survey_page import SurveyRequest, answer_with, compact, content_of, page_context, read_values

# They stand for what differs between two copies of one page. Nobody can guess them, so no text can contain them.
_PLACES = {f"here{secrets.token_hex(16)}": name for name in ("submission", "query")}
_ADDRESS = re.compile("/s/([a-z0-9-]+)/")
_MARKS = {name: mark for mark, name in _PLACES.items()}


def submission_purpose(survey: Survey) -> str:
    """What the token of a public form is for."""
    return f"submission.{survey.pk}"


def blank_page(survey_request: SurveyRequest) -> HttpResponse:
    """The page; no query once it is in memory. It is left for the web server, too."""
    page = _page(survey_request)
    rendered = _rendered(*page)
    text = rendered
    for name, value in _values(survey_request).items():
        text = text.replace(_MARKS[name], value)
    response = answer_with(text, survey_request)
    kept_pages.leave(response, page, rendered, _PLACES)
    return response


def asked_for(environ: dict[str, Any]) -> kept_pages.Asked | None:
    """Which page in memory a GET wants: that of a survey read within the last second that takes answers."""
    address = _ADDRESS.fullmatch(environ["PATH_INFO"])
    survey = survey_in_memory(address[1]) if address else None
    if survey is None or not survey.takes_answers(timezone.now()):
        return None
    try:
        values = QueryDict(environ["QUERY_STRING"].encode("latin-1"))  # as PEP 3333 has it, and Django reads it
    except TooManyFieldsSent:
        return None
    found = read_values(survey, values, environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return kept_pages.Asked(_page(found), partial(_values, found))


def _values(survey_request: SurveyRequest) -> dict[str, str]:
    token = links.make_token(submission_purpose(survey_request.survey), uuid4())
    return {"submission": token, "query": escape(survey_request.query)}


def _page(found: SurveyRequest) -> tuple[int, int, str, str, str]:
    return found.survey.pk, found.survey.revision, found.language, found.score, found.sent


@lru_cache(maxsize=2048)
def _rendered(survey_id: int, revision: int, language: str, score: str, sent: str) -> str:
    found = SurveyRequest(Survey.objects.get(pk=survey_id), language, score, {}, sent)
    content = content_of(survey_id, revision, language)
    context = page_context(found, content, SubmittedForm(score=score), _MARKS["query"]) | {
        "is_public": True,
        "submission": _MARKS["submission"],
        "look": look.fresh(),
    }
    with translation.override(language):
        return compact(render_to_string("surveys/public/survey.html", context))
