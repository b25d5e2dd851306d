"""A survey as its customers will see it, for admins, whatever its state; nothing is recorded there."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from surveys.answer_form import TypedAnswer
from surveys.models import Survey
from surveys.views.survey_page import Sheet, answer_with, typed_page, visit_of


@require_safe
@admin_required
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """/setup/surveys/<slug>/preview/: the public page with a word about what it is, and a Send that is off."""
    visit = visit_of(request, get_object_or_404(Survey, slug=slug))
    notice = _("This is a preview. Nothing is recorded here.")
    return answer_with(typed_page(visit, TypedAnswer(score=visit.score), Sheet(is_preview=True), notice), visit)
