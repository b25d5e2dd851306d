"""Make a campaign, or change one."""

from datetime import time

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, manager_required
from nps_project.errors import DomainError
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form
from surveys.campaigns.running.services import save_campaign
from surveys.campaigns.screens.forms import CampaignForm
from surveys.campaigns.screens.listing import find
from surveys.campaigns.screens.words import refusal_in_words
from surveys.models import Campaign

FORM = "surveys/campaigns/form.html"
# Where most begin: in office hours, with one reminder.
USUAL = {"window_days": [1, 2, 3, 4, 5], "window_from": time(9), "window_until": time(17), "reminders": [7]}


@manager_required
def new(request: StaffRequest) -> HttpResponse:
    """Make a draft; nobody is asked before Start."""
    given = {name: request.GET[name] for name in ("survey", "segment") if request.GET.get(name, "").isdecimal()}
    form = CampaignForm(request.POST or None, campaign=Campaign(), user=request.user, initial=USUAL | given)
    if is_to_be_saved(request, form, is_new=True) and (answer := _saved(request, form)):
        return answer
    return render_form(
        request, form, title=_("New campaign"), here="", room="campaigns", template=FORM, submit=_("Save the draft"),
        cancel=reverse("campaigns:list"), crumbs=[(reverse("campaigns:list"), _("Campaigns"))], is_new=True,
    )  # fmt: skip


@manager_required
def edit(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Change what may still be changed."""
    campaign = find(request, campaign_id)
    url = reverse("campaigns:campaign", args=[campaign.pk])
    form = CampaignForm(request.POST or None, campaign=campaign, user=request.user)
    if is_to_be_saved(request, form) and (answer := _saved(request, form)):
        return answer
    return render_form(
        request, form, title=campaign.name, here="", room="campaigns", template=FORM,
        submit=_("Save the campaign"), cancel=url, crumb=_("Change"), campaign=campaign,
        crumbs=[(reverse("campaigns:list"), _("Campaigns")), (url, campaign.name)],
    )  # fmt: skip


def _saved(request: StaffRequest, form: CampaignForm) -> HttpResponseRedirect | None:
    """Save and go to the campaign; None, with the fault in the form, when that cannot be."""
    campaign = form.campaign
    try:
        with transaction.atomic():
            if not form_submissions.is_first(request):
                form_submissions.say_twice(request)
                return redirect("campaigns:campaign", campaign.pk) if campaign.pk else redirect("campaigns:list")
            saved = save_campaign(campaign, form.changes(), by=request.user)
    except ValidationError as error:
        add_faults(form, error)
    except DomainError as error:
        form.add_error(None, refusal_in_words(error))
    else:
        messages.success(request, _("%(campaign)s is saved.") % {"campaign": saved.name})
        return redirect("campaigns:campaign", saved.pk)
    return None
