"""Set-up of root causes and of account managers' mail domains."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from followup.causes import services as causes
from followup.causes.forms import CauseForm, DomainsForm
from followup.models import RootCause
from followup.notify import account_managers
from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form


@admin_required
def cause_list(request: StaffRequest) -> HttpResponse:
    """Every root cause, with the number of tickets that name it; one query."""
    rows = RootCause.objects.select_related("parent").annotate(named=Count("tickets")).order_by("position", "pk")
    context = {"room": "setup", "here": "causes", "title": _("Root causes"), "causes": rows}
    return render(request, "followup/causes/causes.html", context)


@admin_required
def cause_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Make, rename, move or retire a root cause."""
    if pk is not None:
        cause = get_object_or_404(RootCause, pk=pk)
    else:
        last = RootCause.objects.aggregate(last=Max("position"))["last"] or 0
        cause = RootCause(position=last + 1)
    title = cause.name or _("Make a root cause")
    form = CauseForm(request.POST or None, cause=cause)
    if is_to_be_saved(request, form, is_new=pk is None):
        changes = form.changes()
        try:
            with transaction.atomic():
                if form_submissions.is_first(request):
                    causes.save_cause(cause, changes)
        except ValidationError as error:
            add_faults(form, error)
        else:
            cause.names = changes["names"]  # also when it was sent twice
            messages.success(request, _("%(cause)s is saved.") % {"cause": cause.name})
            return redirect("followup_setup:causes")
    return render_form(
        request,
        form,
        title=title,
        here="causes",
        submit=_("Save the root cause"),
        cancel=reverse("followup_setup:causes"),
        crumbs=[(reverse("followup_setup:causes"), _("Root causes"))],
    )


@admin_required
def account_manager_domains(request: StaffRequest) -> HttpResponse:
    """The mail domains at which account managers without an account here may be mailed."""
    form = DomainsForm(request.POST or None, initial={"domains": "\n".join(account_managers.domains())})
    if is_to_be_saved(request, form):
        try:
            account_managers.set_domains(form.cleaned_data["domains"])
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("The domains are saved."))
            return redirect("followup_setup:account_managers")
    return render_form(
        request,
        form,
        title=_("Account managers"),
        here="account-managers",
        submit=_("Save the domains"),
        cancel="/setup/",
        lead=_("Where a play says so, a customer's account manager is told by mail. One with an account here gets the "
               "whole story; anyone else the name, the score and the deadline, and only at these domains."),
    )  # fmt: skip
