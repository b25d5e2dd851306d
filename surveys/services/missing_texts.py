"""Tells which of a survey's texts nobody has translated yet, and what customers read in their place."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.models import MailTexts, Question, QuestionKind, Survey, SurveyTexts
from surveys.services.surveys import current_texts
from surveys.standard_mail import standard_mail
from surveys.standard_texts import standard_texts


@dataclass(frozen=True, slots=True)
class MissingText:
    """One text that a language lacks. `seen`: what its customers read in its place, in the language `seen_in`.

    `name`: of SurveyTexts.TEXTS, or, `of_mail`, of MailTexts.TEXTS; empty for an extra question, which `question` then
    is.
    """

    language: str
    name: str
    seen: str
    seen_in: str
    question: Question | None = None
    of_mail: bool = False


def missing_texts(survey: Survey) -> list[MissingText]:
    """What is missing, in the order of the survey's languages and of the page; three queries.

    A text is missing where the first language has words of the company's own and another one only the standard ones,
    or none: its customers read the standard words of their own language. The same goes for the mail that asks. An extra
    question without a text, or without the options of its list, is shown in the first language.
    """
    first = survey.default_language
    mails = {row.language: row for row in survey.mail_texts.all()}
    texts, questions = current_texts(survey), list(survey.questions.filter(is_active=True))
    own = [name for name in SurveyTexts.TEXTS if first in texts and _is_own(texts[first], name)]
    found: list[MissingText] = []
    for language in survey.languages:
        if language == first:
            continue
        for name in own:
            if language in texts and not _is_own(texts[language], name):
                seen = texts[language].shown(name).replace("{brand}", survey.brand)
                found.append(MissingText(language, name, seen, language))
        found += _of_mail(survey, language, mails)
        found += [
            MissingText(language, "", seen, first, question)
            for question in questions
            if (seen := _shown_in_first(question, language, first))
        ]
    return found


def _of_mail(survey: Survey, language: str, mails: Mapping[str, MailTexts]) -> list[MissingText]:
    """What the mail lacks; a text that the company left empty in its first language may be empty in the others."""
    first, own = mails.get(survey.default_language), mails.get(language)
    if first is None:
        return []
    standard, standard_of_first = standard_mail(language), standard_mail(survey.default_language)
    return [
        MissingText(language, name, standard[name].replace("{brand}", survey.brand), language, of_mail=True)
        for name in MailTexts.TEXTS
        if getattr(first, name) not in ("", standard_of_first[name])
        and (own is None or getattr(own, name) == standard[name])
    ]


def _is_own(texts: SurveyTexts, name: str) -> bool:
    return getattr(texts, name) not in ("", standard_texts(texts.language)[name])


def _shown_in_first(question: Question, language: str, first: str) -> str:
    """What of a question customers of another language read in the first one; empty when there is nothing."""
    parts = [] if question.texts.get(language) else [question.text_in(first, first)]
    options = question.options_in(first)
    if question.kind == QuestionKind.CHOICE and len(question.options_in(language)) != len(options):
        parts.append(", ".join(options))
    return ": ".join(parts)
