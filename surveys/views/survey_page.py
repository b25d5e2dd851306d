"""Read a request for a survey's page, and render the page; blank_page.py has the one with an empty form."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys import languages
from surveys.answer_form import SubmittedForm, read_score, typed_form
from surveys.models import Contact, Question, QuestionKind, Response, Survey, SurveyTexts

TRAIT_MAX_LENGTH = 200
SWITCH = "switch"  # the button of another language
_LANGUAGE_NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class SurveyContent:
    """What a survey shows in one language: its texts, with the brand filled in, and its extra questions."""

    texts_id: int
    texts: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """One request for a survey's page: the survey, the language chosen for it, and the values in its address.

    `sent` goes into the address that the form posts to, so that it differs from the address of the page. A POST makes
    the browser drop its copy of the page at the same address (RFC 9111, section 4.4); "back" would then fetch a page
    with a new submission, and a correction sent there would be a second answer.
    """

    survey: Survey
    language: str
    score: str
    traits: dict[str, str]
    sent: str = "1"

    @property
    def content(self) -> SurveyContent:
        return content_of(self.survey.pk, self.survey.revision, self.language)

    @property
    def query(self) -> str:
        """The address's values without the language, for links to the same page in another language."""
        carried = ({"score": self.score} if self.score else {}) | self.traits
        return f"&{urlencode(carried)}" if carried else ""


@dataclass(frozen=True, slots=True)
class FormOwner:
    """Whose form it is: anyone's, with a submission token, or a contact's, with their answer if there is one.

    `tap`: what the page's script sends to `tap_url` to keep a score without Send; empty where there is no script.
    """

    submission: str = ""
    contact: Contact | None = None
    response: Response | None = None
    is_preview: bool = False
    tap: str = ""
    tap_url: str = ""


def read_survey_request(request: HttpRequest, survey: Survey, known: str = "") -> SurveyRequest:
    """Read the address and the browser's languages, and activate the language chosen for this request.

    `known`: the language that the customer is known to read.
    """
    found = read_values(survey, request.GET, request.META.get("HTTP_ACCEPT_LANGUAGE", ""), known)
    translation.activate(found.language)
    return found


def read_values(survey: Survey, values: Mapping[str, str], accepted: str, known: str = "") -> SurveyRequest:
    """The same from the address's values, the header Accept-Language and the contact's language; no query."""
    language = languages.choose(
        survey.languages, survey.default_language, asked=values.get("lang", ""), known=known, accepted=accepted
    )
    traits: dict[str, str] = {}
    for name in survey.allowed_traits:
        value = values.get(name, "").replace("\0", "").strip()[:TRAIT_MAX_LENGTH]
        if value:
            traits[name] = value
    sent = "2" if values.get("sent") == "1" else "1"
    return SurveyRequest(survey, language, read_score(values.get("score", "")), traits, sent)


@lru_cache(maxsize=512)
def content_of(survey_id: int, revision: int, language: str) -> SurveyContent:
    """The newest texts and the questions of that revision; no query once they are in memory."""
    survey = Survey.objects.get(pk=survey_id)
    # Texts are kept when a survey loses a language, so a request that chose it a moment ago still finds them.
    newest = survey.texts.filter(language=language).latest("version")
    texts = {name: newest.shown(name).replace("{brand}", survey.brand) for name in SurveyTexts.TEXTS}
    return SurveyContent(newest.pk, texts, tuple(survey.questions.filter(is_active=True)))


def filled_page(survey_request: SurveyRequest, form: SubmittedForm, owner: FormOwner, notice: str = "") -> str:
    """The page with what the customer typed, and the faults beside their fields."""
    context = page_context(survey_request, survey_request.content, form, survey_request.query) | {
        "is_public": owner.contact is None,
        "submission": owner.submission,
        "contact": owner.contact,
        "response": owner.response,
        "notice": notice,
        "is_preview": owner.is_preview,
        "tap": owner.tap,
        "tap_url": owner.tap_url,
    }
    if owner.response:
        context["change_until"] = timezone.localtime(owner.response.change_until)
    return compact(render_to_string("surveys/public/survey.html", context))


def is_switch(request: HttpRequest) -> bool:
    """Whether a form came back to be shown in another language, which its address names; nothing is to be stored."""
    return request.method == "POST" and SWITCH in request.POST


def page_in_other_language(request: HttpRequest, survey_request: SurveyRequest, owner: FormOwner) -> HttpResponse:
    """The page with all that was typed, unchecked: the answer to a switch."""
    is_public = owner.contact is None
    form = typed_form(request.POST, survey_request.content.questions, is_public=is_public)
    return answer_with(filled_page(survey_request, form, owner), survey_request)


def page_context(
    survey_request: SurveyRequest, content: SurveyContent, form: SubmittedForm, query: str
) -> dict[str, Any]:
    """What the page's template draws, for every kind of form."""
    survey = survey_request.survey
    return {
        "brand": survey.brand,
        "words": content.texts,
        "typed": form,
        "questions": [_ShownQuestion(question, survey_request, form) for question in content.questions],
        "languages": [(code, _LANGUAGE_NAMES[code]) for code in survey.languages] if len(survey.languages) > 1 else [],
        "query": query,
        "sent": survey_request.sent,
        "fault_summary": fault_summary(form.faults),
    }


class _ShownQuestion:
    """An extra question as the template draws it."""

    def __init__(self, question: Question, survey_request: SurveyRequest, form: SubmittedForm) -> None:
        first = survey_request.survey.default_language
        self.name = f"answer-{question.pk}"
        self.kind = question.kind
        self.text = question.text_in(survey_request.language, first)
        self.value = form.answers.get(question.pk, "")
        self.fault = form.faults.get(self.name, "")
        self.options = self._options(question, survey_request.language, first)

    @staticmethod
    def _options(question: Question, language: str, first: str) -> list[tuple[str, str]]:
        """Pairs (value to store, text to show)."""
        if question.kind == QuestionKind.RATING:
            return [(str(n), str(n)) for n in range(1, 6)]
        stored = question.options_in(first)
        shown = question.options_in(language)
        return list(zip(stored, shown if len(shown) == len(stored) else stored, strict=True))


def fault_summary(faults: Mapping[str, str]) -> str:
    """The line above a form that has faults; empty when it has none."""
    if not faults:
        return ""
    return ngettext(
        "Nothing is lost. One field needs a look:", "Nothing is lost. %(n)s fields need a look:", len(faults)
    ) % {"n": len(faults)}


def compact(page: str) -> str:
    """The page without the template's empty lines and indentation; text areas keep their lines."""
    head, mark, rest = page.partition("<textarea")
    return "\n".join(line for line in map(str.strip, head.splitlines()) if line) + mark + rest


def answer_with(page: str, survey_request: SurveyRequest, status: int = 200) -> HttpResponse:
    """A page with its language and caching headers: a browser revalidates it each time, no shared cache keeps it."""
    response = HttpResponse(page, status=status)
    response.headers["Content-Language"] = survey_request.language
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "private, no-cache" if status == 200 else "private, no-store"
    return response


def notice_page(
    template: str,
    survey_request: SurveyRequest,
    status: int,
    context: Mapping[str, Any] | None = None,
    *,
    retry_after_s: int = 0,
) -> HttpResponse:
    """A page that tells why there is no form. `template`: a name in templates/surveys/public/."""
    page = render_to_string(
        f"surveys/public/{template}.html", {"brand": survey_request.survey.brand, **(context or {})}
    )
    response = answer_with(page, survey_request, status)
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def over_limit_notice() -> str:
    """The line above a form that is sent too often from one address."""
    return _(
        "Nothing is lost, but it is not sent yet: very many answers come from your network just now. "
        "Please wait a minute and press Send again."
    )
