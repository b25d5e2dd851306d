"""Preview a survey as its customers will see it, for admins, whatever its state; it records nothing."""

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from surveys.answer_form import SubmittedForm
from surveys.branding import look
from surveys.hooks import promise_for
from surveys.models import Channel, Response, Survey
from surveys.scoring import BANDS, SCORES
from surveys.services.surveys import current_texts
from surveys.views.survey_page import FormOwner, answer_with, filled_page, read_survey_request
from surveys.views.tabs import tabs_of


@require_safe
@admin_required
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]  # its types know only views without arguments
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """/setup/surveys/<slug>/preview/: the public page with a word about what it is, and a Send that is off."""
    look.forget_all()  # what another process has just saved is seen, too
    survey_request = read_survey_request(request, get_object_or_404(Survey, slug=slug))
    notice = _("This is a preview. Nothing is recorded here.")
    return answer_with(
        filled_page(survey_request, SubmittedForm(score=survey_request.score), FormOwner(is_preview=True), notice),
        survey_request,
    )


@require_safe
@admin_required
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]  # as above
def thanks(request: StaffRequest, slug: str, score: int) -> HttpResponse:
    """/setup/surveys/<slug>/preview/thanks/<score>/: the thank-you to a customer who can be reached."""
    if score not in SCORES:
        raise Http404
    look.forget_all()
    survey = get_object_or_404(Survey, slug=slug)
    survey_request = read_survey_request(request, survey)
    texts = current_texts(survey)[survey_request.language]
    context = {
        "brand": survey.brand,
        "thanks": texts.thanks_for(score).replace("{brand}", survey.brand),
        "promise": promise_for(survey.pk, score, timezone.now()),
        "response": Response(survey=survey, score=score, channel=Channel.LINK, language=survey_request.language),
    }
    return answer_with(render_to_string("surveys/public/thanks.html", context), survey_request)


@require_safe
@admin_required
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # as above
def looks(request: StaffRequest, slug: str) -> HttpResponse:
    """/setup/surveys/<slug>/looks/: mail, question and thank-you pages in one language, on a phone and in a window."""
    survey = get_object_or_404(Survey, slug=slug)
    language = request.GET.get("lang", "")
    if language not in survey.languages:
        language = survey.default_language
    names = dict(settings.LANGUAGES)
    context = {
        "room": "setup",
        "here": "surveys",
        "title": _("%(survey)s: what customers see") % {"survey": survey.name},
        "crumbs": [
            (reverse("surveys_setup:surveys"), _("Surveys")),
            (reverse("surveys_setup:survey_edit", args=[slug]), survey.name),
        ],
        "crumb": _("Preview"),
        "language": language,
        "languages": [(code, names[code]) for code in survey.languages],
        "frames": _frames(survey, language),
        **tabs_of(survey, "looks"),
    }
    return render(request, "surveys/setup/looks.html", context)


def _frames(survey: Survey, language: str) -> list[tuple[str, str, str]]:
    """Name, title and address of each thing that customers see, in their order."""
    of = {"slug": survey.slug}
    thanked = [
        (
            f"thanks-{low}",
            _("The thank-you after %(low)s-%(high)s") % {"low": low, "high": high},
            f"{reverse('surveys_setup:preview_thanks', kwargs=of | {'score': low})}?lang={language}",
        )
        for low, high in BANDS
    ]
    return [
        ("mail", _("The mail"), reverse("campaigns:mail_preview", kwargs=of | {"language": language})),
        ("question", _("The question"), f"{reverse('surveys_setup:preview', kwargs=of)}?lang={language}"),
        *thanked,
    ]
