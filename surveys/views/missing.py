"""What is not translated yet, as the set-up pages of a survey show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from surveys.models import MailTexts, Survey, SurveyTexts
from surveys.services.missing_texts import MissingText, missing_texts

_LABELS = {field.name: field.verbose_name for field in SurveyTexts._meta.fields}
_MAIL_LABELS = {field.name: field.verbose_name for field in MailTexts._meta.fields}


@dataclass(frozen=True, slots=True)
class MissingLine:
    """One text: its name, where it is written, and what customers read meanwhile, with the language of that."""

    what: str
    url: str
    seen: str
    seen_in: str


@dataclass(frozen=True, slots=True)
class MissingIn:
    """What one language lacks."""

    code: str
    name: str
    lines: list[MissingLine]


def missing_in(survey: Survey, language: str = "") -> list[MissingIn]:
    """What each language of the survey lacks, or only this one; languages that lack nothing are left out."""
    names = dict(settings.LANGUAGES)
    return [
        MissingIn(code, names[code], list(_lines(survey, found)))
        for code, found in groupby(missing_texts(survey), key=lambda missing: missing.language)
        if language in ("", code)
    ]


def _lines(survey: Survey, found: Iterator[MissingText]) -> Iterator[MissingLine]:
    for missing in found:
        if missing.question is not None:
            what = str(missing.question)
            url = reverse("surveys_setup:question_edit", args=[survey.slug, missing.question.pk])
        elif missing.of_mail:
            what = _("The mail: %(text)s") % {"text": _MAIL_LABELS[missing.name]}
            url = reverse("campaigns:mail_in", args=[survey.slug, missing.language]) + f"#id_{missing.name}"
        else:
            what = str(_LABELS[missing.name])
            url = reverse("surveys_setup:words", args=[survey.slug, missing.language]) + f"#id_{missing.name}"
        yield MissingLine(capfirst(what), url, missing.seen, missing.seen_in)
