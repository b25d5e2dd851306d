"""/setup/first-steps/: the steps, whether put away or not, and putting them away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from surveys.campaigns.first_steps.models import PutAway
from surveys.campaigns.first_steps.steps import all_steps


@admin_required
@require_safe
def show(request: StaffRequest) -> HttpResponse:
    """All steps with their state."""
    context = {"room": "setup", "here": "first-steps", "title": _("First steps"), "first": all_steps(request.user)}
    return render(request, "surveys/first_steps/page.html", context)


@admin_required
@require_POST
def put_away(request: StaffRequest) -> HttpResponse:
    """Take the steps off the desk, for everybody; a second time changes nothing."""
    PutAway.objects.get_or_create(pk=1, defaults={"by": request.user})
    messages.success(request, _("The first steps are put away. They stay under Setup."))
    return redirect("/desk/")
