"""The set-up page of traits: what each is called on screens."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web import form_rows, form_submissions
from nps_project.web.setup_pages import SHOWN, is_to_be_saved, render_form
from surveys.contacts.trait_labels.forms import label_formset
from surveys.contacts.trait_labels.known import known_traits
from surveys.contacts.trait_labels.labels import save_labels


@admin_required
def traits(request: StaffRequest) -> HttpResponse:
    """Every trait with its labels and some of its values; the button that adds a row stores nothing."""
    known = known_traits()
    form = forms.Form(request.POST or None)  # the page has its rows alone
    rows = label_formset(request.POST or None, list(known))
    extra: dict[str, Any] = {}
    if change := form_rows.asked(request.POST):
        typed, at = form_rows.changed([form_rows.typed(row) for row in rows.forms], change, new={"is_new": True})
        rows = label_formset(None, [], rows=typed)
        form = forms.Form()
        extra = {"shown": request.POST.get(SHOWN, ""), "go_on_at": at, "change": change}
    elif is_to_be_saved(request, form, formset=rows):
        with transaction.atomic():
            if form_submissions.is_first(request):
                save_labels(rows.labels())
        messages.success(request, _("The labels are saved. They are shown everywhere from now on."))
        return redirect("surveys_setup:traits")
    return render_form(
        request,
        form,
        title=_("Traits"),
        here="traits",
        submit=_("Save the labels"),
        cancel=reverse("surveys_setup:index"),
        template="surveys/setup/traits.html",
        formset=rows,
        rows=[(row, known.get(str(row["name"].value() or ""), [])[:4]) for row in rows.forms],
        also_faulty=rows.is_bound and not rows.is_valid(),
        **extra,
    )
