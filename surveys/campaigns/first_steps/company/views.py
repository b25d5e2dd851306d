"""/setup/first-steps/company/: who runs the installation, as long as an admin wants to change it."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web.setup_pages import is_to_be_saved, render_form
from surveys.campaigns.first_steps.company import services
from surveys.campaigns.first_steps.company.forms import CompanyForm
from surveys.campaigns.first_steps.company.guesses import CURRENCIES, guess
from surveys.campaigns.first_steps.models import OwnCompany


def form_for(request: StaffRequest, company: OwnCompany | None) -> CompanyForm:
    """The questions with what is known; of a new installation, with what the browser tells. At most one query."""
    offer = guess(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    initial = {"language": offer.language, "time_zone": offer.time_zone or "UTC", "currency": offer.currency}
    if company is not None:
        known = {"name": company.name, "language": company.language, "currency": company.currency}
        initial |= {name: value for name, value in known.items() if value} | {"time_zone": settings.TIME_ZONE}
    return CompanyForm(request.POST or None, initial=initial, may_choose_zone=services.may_choose_zone())


@admin_required
def company(request: StaffRequest) -> HttpResponse:
    """Name, language, zone and currency of the company."""
    known = OwnCompany.objects.first()
    form = form_for(request, known)
    if is_to_be_saved(request, form, is_new=known is None):
        data = form.cleaned_data
        services.tell(
            name=data["name"],
            language=data["language"],
            time_zone=data.get("time_zone", ""),
            currency=data["currency"],
            by=request.user,
        )
        with translation.override(data["language"]):
            messages.success(request, _("Good. Now answer your own survey, and watch what happens."))
        return redirect("/desk/")
    return render_form(
        request,
        form,
        title=_("Your company"),
        here="first-steps",
        submit=_("Keep this"),
        cancel="/desk/",
        crumbs=[(reverse("first_steps:show"), _("First steps"))],
        template="surveys/first_steps/company.html",
        is_new=known is None,
        zone=settings.TIME_ZONE,
        currencies=json.dumps(CURRENCIES),
    )
