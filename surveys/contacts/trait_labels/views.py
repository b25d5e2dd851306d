"""The set-up page of traits: what each is called on screens, and by which answers are counted."""

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
from surveys.contacts.trait_labels.forms import TraitLabelForm, TraitLabelFormSet, label_formset
from surveys.contacts.trait_labels.known import known_traits
from surveys.contacts.trait_labels.labels import save_labels
from surveys.errors import TooManyTraits
from surveys.tallying.marking import mark_these
from surveys.tallying.models import MOST_TRAITS, MarkedTrait
from surveys.tallying.words import state_in_words


@admin_required
def traits(request: StaffRequest) -> HttpResponse:
    """Every trait with its labels, some of its values and its tallies; the button that adds a row stores nothing."""
    known = known_traits()
    marks = {mark.name: mark for mark in MarkedTrait.objects.all()}
    form = forms.Form(request.POST or None)  # the page has its rows alone
    rows = label_formset(request.POST or None, list(known), marks)
    extra: dict[str, Any] = {}
    if change := form_rows.asked(request.POST):
        typed, at = form_rows.changed([form_rows.typed(row) for row in rows.forms], change, new={"is_new": True})
        rows = label_formset(None, [], marks, rows=typed)
        form = forms.Form()
        extra = {"shown": request.POST.get(SHOWN, ""), "go_on_at": at, "change": change}
    elif is_to_be_saved(request, form, formset=rows) and _save(request, form, rows):
        messages.success(request, _("The traits are saved. Their labels are shown everywhere from now on."))
        return redirect("surveys_setup:traits")
    return render_form(
        request,
        form,
        title=_("Traits"),
        here="traits",
        submit=_("Save the traits"),
        cancel=reverse("surveys_setup:index"),
        template="surveys/setup/traits.html",
        formset=rows,
        rows=[(row, known.get(name, [])[:4], _state(marks.get(name))) for row, name in _named(rows)],
        most_counted=MOST_TRAITS,
        also_faulty=rows.is_bound and not rows.is_valid(),
        **extra,
    )


def _save(request: StaffRequest, form: forms.Form, rows: TraitLabelFormSet) -> bool:
    """Store valid rows. False, with nothing stored, when somebody else marks traits just now: the form says so."""
    try:
        with transaction.atomic():
            if form_submissions.is_first(request):
                save_labels(rows.labels())
                mark_these(rows.counted())
    except TooManyTraits:
        form.add_error(None, _("Somebody else is changing by which traits answers are counted. Please save again."))
        return False
    return True


def _named(rows: TraitLabelFormSet) -> list[tuple[TraitLabelForm, str]]:
    return [(row, str(row["name"].value() or "")) for row in rows.forms]


def _state(mark: MarkedTrait | None) -> str:
    return state_in_words(mark) if mark else ""
