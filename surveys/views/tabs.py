"""The tabs of a survey's set-up: its own, and those that other apps add when they are ready."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from surveys.models import Survey


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about one survey."""

    name: str  # what its view hands to `tabs_of`
    title: Any  # a lazy translation
    url_name: str  # takes the survey's slug


_ADDED: list[Tab] = []


def add(tab: Tab) -> None:
    """Show this tab after the survey's own; called by an app's ready()."""
    _ADDED.append(tab)


def tabs_of(survey: Survey, here: str) -> dict[str, Any]:
    """What the tabs need of the page's context. `here`: survey, a language, questions, or the name of an added tab."""
    spoken = [(code, name) for code, name in settings.LANGUAGES if code in survey.languages]
    return {
        "survey": survey,
        "survey_tab": here,
        "spoken": spoken,
        "added_tabs": [(tab, reverse(tab.url_name, args=[survey.slug])) for tab in _ADDED],
        "link": f"{settings.SITE_URL}/s/{survey.slug}/",
    }
