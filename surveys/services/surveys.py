"""Make and change surveys, their texts and extra questions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from nps_project.accounts.models import Team, User
from surveys.models import Question, Survey, SurveyStatus, SurveyTexts
from surveys.standard_texts import standard_texts


@transaction.atomic
def create_survey(
    *,
    slug: str,
    name: str,
    brand: str,
    status: str = SurveyStatus.DRAFT,
    default_language: str = "en",
    languages: Sequence[str] = ("en",),
    team: Team | None = None,
    allowed_traits: Sequence[str] = (),
    closes_at: datetime | None = None,
    by: User | None = None,
) -> Survey:
    """A survey with the standard texts in its languages. Raises: ValidationError, IntegrityError for a taken slug."""
    survey = Survey(
        slug=slug,
        name=name,
        brand=brand,
        status=status,
        default_language=default_language,
        languages=list(languages),
        team=team,
        allowed_traits=list(allowed_traits),
        closes_at=closes_at,
    )
    survey.full_clean(validate_constraints=False)
    survey.save()
    _add_missing_texts(survey, by)
    return survey


def _add_missing_texts(survey: Survey, by: User | None) -> None:
    spoken = set(survey.texts.values_list("language", flat=True))
    SurveyTexts.objects.bulk_create(
        SurveyTexts(survey=survey, language=language, created_by=by, **standard_texts(language))
        for language in survey.languages
        if language not in spoken
    )


@transaction.atomic
def update_survey(survey: Survey, changes: Mapping[str, Any], *, by: User | None = None) -> Survey:
    """Change fields of a survey; a new language starts with the standard texts. Raises: ValidationError."""
    locked = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.full_clean(validate_constraints=False)
    locked.revision += 1
    locked.save()
    _add_missing_texts(locked, by)
    return locked


@transaction.atomic
def save_texts(*, survey: Survey, language: str, texts: Mapping[str, str], by: User | None = None) -> SurveyTexts:
    """Make a new version of the texts in one language; old versions stay, for the answers that were given to them.

    Raises: ValidationError.
    """
    Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    last = survey.texts.filter(language=language).aggregate(last=Max("version"))["last"] or 0
    new = SurveyTexts(survey=survey, language=language, version=last + 1, created_by=by, **texts)
    new.full_clean()
    new.save()
    _show_anew(survey)
    return new


@transaction.atomic
def save_question(question: Question) -> Question:
    """Add or change an extra question; customers see it with the next page."""
    question.full_clean()
    question.save()
    _show_anew(question.survey)
    return question


def _show_anew(survey: Survey) -> None:
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1)


def current_texts(survey: Survey) -> dict[str, SurveyTexts]:
    """The newest texts in each language of the survey, by language; one query."""
    rows: Iterable[SurveyTexts] = (
        survey.texts.filter(language__in=survey.languages).order_by("language", "-version").distinct("language")
    )
    return {texts.language: texts for texts in rows}
