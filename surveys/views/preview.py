"""Preview a survey as its customers will see it, for admins, whatever its state; it records nothing."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from surveys.answer_form import SubmittedForm
from surveys.models import Survey
from surveys.views.survey_page import FormOwner, answer_with, filled_page, read_survey_request


@require_safe
@admin_required
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """/setup/surveys/<slug>/preview/: the public page with a word about what it is, and a Send that is off."""
    survey_request = read_survey_request(request, get_object_or_404(Survey, slug=slug))
    notice = _("This is a preview. Nothing is recorded here.")
    return answer_with(
        filled_page(survey_request, SubmittedForm(score=survey_request.score), FormOwner(is_preview=True), notice),
        survey_request,
    )
