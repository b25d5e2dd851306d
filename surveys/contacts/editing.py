"""The pages on which a contact is typed in and changed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, agent_required
from nps_project.web import form_rows, form_submissions
from nps_project.web.setup_pages import SHOWN, add_faults, is_to_be_saved, render_form
from surveys.contacts.forms import ContactForm
from surveys.contacts.pages import find
from surveys.contacts.services import ContactTaken, save_contact
from surveys.contacts.trait_labels.choosing import NewTraitForm
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.trait_rows import MOST_TRAITS, TraitRows, offered_traits, trait_rows
from surveys.models import Contact

FORM = "surveys/contacts/contact_form.html"


@agent_required
def new(request: StaffRequest) -> HttpResponse:
    """Type in a contact. One that sees their own teams alone makes it a contact of the first of them."""
    contact = Contact()
    if not request.user.sees_all_teams:
        contact.team = request.user.teams.order_by("pk").first()
    return _form_page(
        request, contact, title=_("Add a contact"), submit=_("Add the contact"), cancel=reverse("contacts:list"),
        crumbs=[(reverse("contacts:list"), _("Contacts"))],
    )  # fmt: skip


@agent_required
def edit(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Change what is known of a contact."""
    contact = find(request, contact_id)
    title, url = str(contact), reverse("contacts:contact", args=[contact.pk])
    return _form_page(
        request, contact, title=title, submit=_("Save the contact"), cancel=url, crumb=_("Change"),
        crumbs=[(reverse("contacts:list"), _("Contacts")), (url, title)],
    )  # fmt: skip


def _form_page(request: StaffRequest, contact: Contact, **page: Any) -> HttpResponse:
    """The form of a contact, saved when it can be; the buttons that add and remove traits store nothing."""
    labels, offered = TraitLabels(), offered_traits(request.user)
    form = ContactForm(request.POST or None, contact=contact)
    rows = trait_rows(request.POST, contact, labels)
    new_trait = NewTraitForm(request.POST or None, known=offered, labels=labels, taken=())
    extra: dict[str, Any] = {}
    if change := form_rows.asked(request.POST):
        typed, name = [form_rows.typed(row) for row in rows.forms], new_trait.asked()
        if change.action != "add" or (name and name not in [row["name"] for row in typed]):
            typed, extra["go_on_at"] = form_rows.changed(typed, change, new={"name": name, "value": ""})
        form = ContactForm(contact=contact, typed=form_rows.typed(form))
        rows = trait_rows(None, contact, labels, rows=typed[:MOST_TRAITS])
        extra |= {"shown": request.POST.get(SHOWN, ""), "change": change}
    elif (
        (not rows.is_bound or new_trait.is_valid())
        and is_to_be_saved(request, form, formset=rows if rows.is_bound else None, is_new=contact._state.adding)
        and (answer := _saved(request, form, rows, contact))
    ):
        return answer
    if not new_trait.is_bound or not rows.is_bound or not new_trait.errors:
        taken = [str(row["name"].value()) for row in rows.forms]
        new_trait = NewTraitForm(known=offered, labels=labels, taken=taken)
    return render_form(
        request, form, here="contacts", room="contacts", template=FORM, formset=rows, new_trait=new_trait,
        most_traits=MOST_TRAITS, also_faulty=rows.is_bound and not (rows.is_valid() and new_trait.is_valid()),
        **page | extra,
    )  # fmt: skip


def _saved(request: StaffRequest, form: ContactForm, rows: TraitRows, contact: Contact) -> HttpResponseRedirect | None:
    """Save and go to the contact's page; None, with the fault in the form, when that cannot be."""
    traits = rows.traits(contact.traits) if rows.is_bound and rows.has_changed() else None
    try:
        with transaction.atomic():
            if not form_submissions.is_first(request):
                form_submissions.say_twice(request)
                return redirect("contacts:list") if contact._state.adding else redirect("contacts:contact", contact.pk)
            saved = save_contact(contact, form.changes(traits), by=request.user)
    except ContactTaken as error:
        form.add_error(error.field, _("Another contact has this already."))
    except ValidationError as error:
        add_faults(form, error)
    else:
        messages.success(request, _("%(contact)s is saved.") % {"contact": saved})
        return redirect("contacts:contact", saved.pk)
    return None
