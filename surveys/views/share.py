"""/setup/surveys/<slug>/share/: a survey's public link as a QR code, as a poster and for mail signatures."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.common.text import TextField
from nps_project.health.checks_machine import only_here
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.models import Survey, SurveyTexts
from surveys.views.tabs import tabs_of

TRAIT_MAX_LENGTH = 100
LONGEST_QUERY = 1000  # bytes; a QR code holds 2,331, and phones read none as dense as that
QUIET_ZONE = 4  # modules, as ISO 18004 wants
PNG_MODULE_PX = 16
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


class LinkForm(forms.Form):
    """What the link says beforehand: the language, and the traits that the survey takes from links."""

    def __init__(self, data: QueryDict, survey: Survey) -> None:
        super().__init__(data)
        names = dict(settings.LANGUAGES)
        choices = [("", _("As their browser wants")), *((code, names[code]) for code in survey.languages)]
        self.fields["lang"] = forms.ChoiceField(label=_("Language"), choices=choices, required=False)
        labels = TraitLabels()
        for name in survey.allowed_traits:
            if name not in ("lang", "score"):
                self.fields[name] = TextField(label=labels.of(name), required=False, max_length=TRAIT_MAX_LENGTH)

    def clean(self) -> dict[str, Any]:
        """Take out what makes the link longer than a QR code can hold, the longest first."""
        data = super().clean() or self.cleaned_data
        while len(urlencode({name: value for name, value in data.items() if value})) > LONGEST_QUERY:
            self.add_error(max(data, key=lambda name: len(data[name])), _("The link would be too long. Write less."))
        return data

    def query(self) -> dict[str, str]:
        """What was chosen; nothing of a field with a fault."""
        self.is_valid()
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name))}


def _asked_for(request: StaffRequest, slug: str) -> tuple[Survey, LinkForm, str, str]:
    """The survey, the form, the query of its own pages, and the public link."""
    survey = get_object_or_404(Survey, slug=slug)
    form = LinkForm(request.GET, survey)
    query = f"?{urlencode(chosen)}" if (chosen := form.query()) else ""
    return survey, form, query, f"{settings.SITE_URL}/s/{survey.slug}/{query}"


def _question(survey: Survey, language: str) -> str:
    texts = SurveyTexts.objects.filter(survey=survey, language=language).latest("version")
    return texts.question.replace("{brand}", survey.brand)


@admin_required
@require_safe
def share(request: StaffRequest, slug: str) -> HttpResponse:
    """The link, and what it can be printed on or pasted into."""
    survey, form, query, link = _asked_for(request, slug)
    language = form.query().get("lang", survey.default_language)
    names = dict(settings.LANGUAGES)
    context: dict[str, Any] = {
        "room": "setup",
        "here": "surveys",
        "title": _("%(survey)s: link and poster") % {"survey": survey.name},
        "crumbs": [
            (reverse("surveys_setup:surveys"), _("Surveys")),
            (reverse("surveys_setup:survey_edit", args=[slug]), survey.name),
        ],
        "crumb": _("Link and poster"),
        "form": form,
        "query": query,
        "only_here": only_here(),
        "language": language,
        "signature": format_html('<a href="{}">{}</a>', link, _question(survey, language)),
        "question": _question(survey, language),
        "posters": [
            (names[code], code, reverse("surveys_setup:poster", args=[slug, code]) + query) for code in survey.languages
        ],
    }
    # The tabs bring the plain link; this page's has what was chosen.
    return render(request, "surveys/setup/share.html", context | tabs_of(survey, "share") | {"link": link})


@admin_required
@require_safe
def qr_code(request: StaffRequest, slug: str, kind: str) -> HttpResponse:
    """The link as a QR code: dark on white with its margin, so that it is read from every background."""
    survey, _form, _query, link = _asked_for(request, slug)
    if kind not in _TYPES:
        raise Http404
    drawn = BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(drawn, kind=kind, scale=PNG_MODULE_PX if kind == "png" else 1, border=QUIET_ZONE, light="#fff")
    answer = HttpResponse(drawn.getvalue(), content_type=_TYPES[kind])
    if request.GET.get("download"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{survey.slug}.{kind}"'
    return answer


@admin_required
@require_safe
def poster(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """A page to print and hang up, in one of the survey's languages."""
    survey, form, _query, _link = _asked_for(request, slug)
    if language not in survey.languages:
        raise Http404
    chosen = form.query() | {"lang": language}
    query = urlencode(chosen)
    with translation.override(language):
        context = {
            "survey": survey,
            "language": language,
            "question": _question(survey, language),
            "code_url": reverse("surveys_setup:qr_code", args=[slug, "svg"]) + f"?{query}",
            "link": f"{settings.SITE_URL}/s/{survey.slug}/?{query}",
            "back": reverse("surveys_setup:share", args=[slug]),
        }
        answer = render(request, "surveys/setup/poster.html", context)
    answer.headers["Content-Language"] = language
    return answer
