"""/setup/asking/sender/: whether customers' mail programs will believe the sender."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.deliveries.sender import services
from nps_project.deliveries.sender.judgement import worst
from nps_project.web.setup_pages import is_to_be_saved, render_form
from surveys.campaigns.setup.forms import SenderForm


@admin_required
def sender(request: StaffRequest) -> HttpResponse:
    """What is to be said of the sender. A GET asks DNS nothing; the button does, for some seconds at most."""
    findings, records = services.findings()
    form = SenderForm(request.POST or None, initial={"selectors": records.selectors})
    if is_to_be_saved(request, form):
        services.look_again(form.cleaned_data["selectors"], timezone.now())
        messages.success(request, _("It was looked up just now."))
        return redirect("campaigns:sender")
    return render_form(
        request,
        form,
        title=_("The sender of your mails"),
        here="asking",
        submit=_("Look it up now"),
        cancel=reverse("campaigns:asking"),
        crumbs=[(reverse("campaigns:asking"), _("Asking"))],
        crumb=_("Sender"),
        template="surveys/asking/sender.html",
        findings=findings,
        worst=worst(findings).value,
        looked_up_at=records.looked_up_at,
    )
