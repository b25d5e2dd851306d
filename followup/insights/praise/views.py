"""Pass a promoter's words on to the colleague whom they name."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followup.desk.answers.views import find
from followup.errors import InvalidAction
from followup.insights.praise import services
from nps_project.accounts.permissions import StaffRequest, agent_required


class PassOnForm(forms.Form):
    """To whom."""

    person = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@agent_required
@require_POST
def pass_on(request: StaffRequest, response_id: int) -> HttpResponse:
    """Pass the words of an answer on, once for each colleague, and go back to it."""
    answer, form = find(request, response_id), PassOnForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidAction("person", request.POST.get("person", "")[:20], "a colleague's number")
        person_id = form.cleaned_data["person"]
        praise = services.pass_on(answer, person_id=person_id, by=request.user, at=timezone.now())
    except InvalidAction:
        messages.error(request, _("These words can go to a colleague whom they name, and who may read them."))
    else:
        messages.success(request, _("%(name)s hears of it.") % {"name": praise.person})
    return redirect("followup:answer", answer.pk)
