"""The tabs of a survey's set-up pages. Other apps add theirs in ready()."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from surveys.models import Survey, SurveyStatus


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about one survey."""

    name: str  # what its view hands to `tabs_of`
    title: Any  # a lazy translation
    url_name: str  # takes the survey's slug


_ADDED: list[Tab] = []


def add(tab: Tab) -> None:
    """Add a tab after the survey's own; an app's ready() calls it."""
    _ADDED.append(tab)


def has_ended(survey: Survey, at: datetime) -> bool:
    """Whether its closing time has ended it, though its state still says that it is live."""
    return survey.status == SurveyStatus.LIVE and survey.is_expired(at)


def tabs_of(survey: Survey, here: str) -> dict[str, Any]:
    """The tabs' part of the page's context. `here`: survey, a language, questions, or the name of an added tab."""
    spoken = [(code, name) for code, name in settings.LANGUAGES if code in survey.languages]
    return {
        "survey": survey,
        "survey_tab": here,
        "spoken": spoken,
        "added_tabs": [(tab, reverse(tab.url_name, args=[survey.slug])) for tab in _ADDED],
        "has_ended": has_ended(survey, timezone.now()),
        "link": f"{settings.SITE_URL}/s/{survey.slug}/",
    }
