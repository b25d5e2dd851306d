"""The survey page: from the process's memory when nothing was typed yet, drawn anew when something was.

A page in memory is known by the survey's revision, which grows with every change of what customers see.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys import languages
from surveys.answer_form import TypedAnswer, read_score
from surveys.models import Contact, Question, QuestionKind, Response, Survey, SurveyWords

TRAIT_MAX_LENGTH = 200
_LANGUAGE_NAMES = dict(settings.LANGUAGES)
# What differs between two drawings of one page. Nobody can guess them, so nobody's words can contain them.
_SUBMISSION, _QUERY = (f"here{secrets.token_hex(16)}" for _place in range(2))


@dataclass(frozen=True, slots=True)
class Asking:
    """What a survey asks in one language: its words, with the brand in them, and its extra questions."""

    words_id: int
    texts: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a survey's page: the survey, the language chosen for it, and what its address carries.

    `sent` makes the address that the form posts to another than the one it was read from. A POST ends a browser's copy
    of the page at its own address (RFC 9111, section 4.4); "back" would then fetch a page with a new submission, and a
    correction sent there would be a second answer.
    """

    survey: Survey
    language: str
    score: str
    traits: dict[str, str]
    sent: str = "1"

    @property
    def asking(self) -> Asking:
        return _asking(self.survey.pk, self.survey.revision, self.language)

    @property
    def query(self) -> str:
        """What the address carries beside the language, for links to the same page in another one."""
        carried = ({"score": self.score} if self.score else {}) | self.traits
        return f"&{urlencode(carried)}" if carried else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Whose form it is: anyone's, with the token of its submission, or a contact's, with his answer if there is one."""

    submission: str = ""
    contact: Contact | None = None
    response: Response | None = None
    is_preview: bool = False


def visit_of(request: HttpRequest, survey: Survey, contact: Contact | None = None) -> Visit:
    """Read the address and the browser's languages, and switch to the language chosen."""
    language = languages.choose(
        survey.languages,
        survey.default_language,
        asked=request.GET.get("lang", ""),
        known=contact.language if contact else "",
        accepted=request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
    )
    translation.activate(language)
    traits: dict[str, str] = {}
    for name in survey.allowed_traits:
        value = request.GET.get(name, "").replace("\0", "").strip()[:TRAIT_MAX_LENGTH]
        if value:
            traits[name] = value
    sent = "2" if request.GET.get("sent") == "1" else "1"
    return Visit(survey, language, read_score(request.GET.get("score", "")), traits, sent)


@lru_cache(maxsize=512)
def _asking(survey_id: int, revision: int, language: str) -> Asking:
    survey = Survey.objects.get(pk=survey_id)
    # The words stay when a language is taken away, also for whoever asked for the page at that very moment.
    words = survey.words.filter(language=language).latest("version")
    texts = {name: getattr(words, name).replace("{brand}", survey.brand) for name in SurveyWords.TEXTS}
    return Asking(words.pk, texts, tuple(survey.questions.filter(is_active=True)))


def blank_page(visit: Visit, submission: str) -> str:
    """The public page with nothing typed; no query once it is in memory."""
    survey = visit.survey
    page = _page_in_memory(survey.pk, survey.revision, visit.language, visit.score, visit.sent)
    return page.replace(_SUBMISSION, submission).replace(_QUERY, escape(visit.query))


@lru_cache(maxsize=2048)
def _page_in_memory(survey_id: int, revision: int, language: str, score: str, sent: str) -> str:
    found = Visit(Survey.objects.get(pk=survey_id), language, score, {}, sent)
    asking = _asking(survey_id, revision, language)
    context = _context(found, asking, TypedAnswer(score=score), _QUERY) | {"is_public": True, "submission": _SUBMISSION}
    with translation.override(language):
        return _compact(render_to_string("surveys/public/survey.html", context))


def typed_page(visit: Visit, typed: TypedAnswer, sheet: Sheet, notice: str = "") -> str:
    """The page with what was typed in it, and the faults beside their fields."""
    context = _context(visit, visit.asking, typed, visit.query) | {
        "is_public": sheet.contact is None,
        "submission": sheet.submission,
        "contact": sheet.contact,
        "response": sheet.response,
        "notice": notice,
        "is_preview": sheet.is_preview,
    }
    if sheet.response:
        context["change_until"] = timezone.localtime(sheet.response.change_until)
    return _compact(render_to_string("surveys/public/survey.html", context))


def _context(visit: Visit, asking: Asking, typed: TypedAnswer, query: str) -> dict[str, Any]:
    survey = visit.survey
    return {
        "brand": survey.brand,
        "words": asking.texts,
        "typed": typed,
        "questions": [_Asked(question, visit, typed) for question in asking.questions],
        "languages": [(code, _LANGUAGE_NAMES[code]) for code in survey.languages] if len(survey.languages) > 1 else [],
        "query": query,
        "sent": visit.sent,
        "fault_summary": fault_summary(typed.faults),
    }


class _Asked:
    """An extra question as the template draws it."""

    def __init__(self, question: Question, visit: Visit, typed: TypedAnswer) -> None:
        first = visit.survey.default_language
        self.name = f"answer-{question.pk}"
        self.kind = question.kind
        self.text = question.text_in(visit.language, first)
        self.value = typed.answers.get(question.pk, "")
        self.fault = typed.faults.get(self.name, "")
        self.options = self._options(question, visit.language, first)

    @staticmethod
    def _options(question: Question, language: str, first: str) -> list[tuple[str, str]]:
        """Pairs of what is stored and what is shown."""
        if question.kind == QuestionKind.RATING:
            return [(str(n), str(n)) for n in range(1, 6)]
        stored = question.options_in(first)
        shown = question.options_in(language)
        return list(zip(stored, shown if len(shown) == len(stored) else stored, strict=True))


def fault_summary(faults: Mapping[str, str]) -> str:
    """What stands above a form that has faults; empty without any."""
    if not faults:
        return ""
    return ngettext(
        "Nothing is lost. One field needs a look:", "Nothing is lost. %(n)s fields need a look:", len(faults)
    ) % {"n": len(faults)}


def _compact(page: str) -> str:
    """Without the empty lines and the indentation that a template leaves; text areas keep their lines."""
    head, mark, rest = page.partition("<textarea")
    return "\n".join(line for line in map(str.strip, head.splitlines()) if line) + mark + rest


def answer_with(page: str, visit: Visit, status: int = 200) -> HttpResponse:
    """A page in its language; the browser asks again each time, and no other store keeps it."""
    response = HttpResponse(page, status=status)
    response.headers["Content-Language"] = visit.language
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "private, no-cache" if status == 200 else "private, no-store"
    return response


def told(
    template: str, visit: Visit, status: int, context: Mapping[str, Any] | None = None, *, retry_after_s: int = 0
) -> HttpResponse:
    """A page that tells why there is no form."""
    page = render_to_string(f"surveys/public/{template}.html", {"brand": visit.survey.brand, **(context or {})})
    response = answer_with(page, visit, status)
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def over_limit_notice() -> str:
    """Said above a form that is sent too often from one address."""
    return _(
        "Nothing is lost, but it is not sent yet: very many answers come from your network just now. "
        "Please wait a minute and press Send again."
    )
