"""The pages of contacts: their list, one of them, and typing in or changing one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.paging import BadKey, address, before_id, page
from nps_project.privacy.suppression import is_never_asked
from surveys import hooks
from surveys.contacts import counting
from surveys.contacts.contact_filter import FILTERS
from surveys.contacts.quarantine import may_be_asked_from, quarantine_days
from surveys.contacts.selection import MOST_COLUMNS, select
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import as_text
from surveys.models import Asking, Contact, Invitation, Response, Unsubscription
from surveys.models.contact import COMPANY_TRAIT

SHOWN = 20  # answers, tickets and invitations on the page of a contact, the newest
MOST_OFFERED = 12


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The list of contacts, newest first, 50 a page; a filter that cannot be used is named, with status 400."""
    selection = select(request.GET, request.user)
    faults, contacts = selection.faults, selection.contacts
    after = request.GET.get("after", "")
    try:
        rows = before_id(contacts, after) if after else contacts
    except BadKey:
        faults.append(_("This page of the contacts does not exist. Begin at its first page."))
    if faults:
        rows = contacts = contacts.none()
    total = counting.count(contacts)
    # Few are found by an index of their own and sorted: no index has the order "recent", so no ids are walked for them.
    order = "recent" if total <= counting.EXACT_TO else "-pk"
    ordered = rows.select_related("company").defer("search_vector").annotate(recent=0 - F("pk")).order_by(order)
    found, has_more = page(ordered)
    query, labels = address(request.GET), selection.form.labels
    in_words = selection.in_words()
    context = {
        "room": "contacts",
        "tab": "contacts",
        "form": selection.form,
        "faults": faults,
        "chosen": in_words,
        "clear_url": address(request.GET, **dict.fromkeys([*selection.chosen, *FILTERS, "trait"])),
        "count": counting.count_words(total),
        "total": counting.count_words(total) if found else "",
        "columns": [(labels.of(name), _without(request, selection.columns, name)) for name in selection.columns],
        "offered": _offered(request, found, selection.columns, labels),
        "rows": _rows(request, found, selection.columns),
        "first_url": query if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
        "csv_url": reverse("contacts:export") + query if found else "",
        "xlsx_url": reverse("contacts:export_xlsx") + query,
        "may_change": request.user.is_at_least(Role.AGENT),
        "may_import": request.user.is_at_least(Role.MANAGER),
        "may_save": request.user.is_at_least(Role.MANAGER) and bool(in_words) and "segment" not in selection.chosen,
        "segment_url": reverse("contacts:segment_new") + query,
    }
    return render(request, "surveys/contacts/contacts.html", context, status=400 if faults else 200)


def _without(request: StaffRequest, columns: Sequence[str], name: str) -> str:
    """The address without this column."""
    return address(request.GET, columns=", ".join(one for one in columns if one != name) or None)


def _offered(
    request: StaffRequest, found: Sequence[Contact], columns: list[str], labels: TraitLabels
) -> list[tuple[str, str]]:
    """Traits of these contacts that are no columns yet, each with the address that makes it one."""
    if len(columns) >= MOST_COLUMNS:
        return []
    names = sorted({name for contact in found for name in contact.traits} - {COMPANY_TRAIT, *columns})
    return [
        (labels.of(name), address(request.GET, columns=", ".join([*columns, name])))
        for name in names[:MOST_OFFERED]
        if "," not in name
    ]


def _rows(request: StaffRequest, found: Sequence[Contact], columns: list[str]) -> list[dict[str, Any]]:
    """The lines of a page, with the last answer of each that this person may see; one query."""
    answers = Response.objects.visible_to(request.user).confirmed().filter(contact__in=[one.pk for one in found])
    newest = answers.order_by("contact", "-answered_at", "-pk").distinct("contact")
    last = {answer.contact_id: answer for answer in newest.only("contact", "score", "answered_at")}
    return [
        {
            "contact": contact,
            "last": last.get(contact.pk),
            "traits": [as_text(contact.traits[name]) if name in contact.traits else "" for name in columns],
        }
        for contact in found
    ]


def find(request: StaffRequest, contact_id: int) -> Contact:
    """A contact that the reader may see. Raises: Http404."""
    rows = Contact.objects.visible_to(request.user).select_related("company", "survey").defer("search_vector")
    contact = rows.annotate(is_never_asked=is_never_asked("email")).filter(pk=contact_id).first()
    if contact is None:
        raise Http404
    return contact


@viewer_required
@require_safe
def show(request: StaffRequest, contact_id: int) -> HttpResponse:
    """The page of one contact; of one who was erased, for admins, what is said of that."""
    if request.user.is_at_least(Role.ADMIN) and Contact.objects.filter(pk=contact_id, erased_at__isnull=False).exists():
        return redirect("customers_privacy:erase_contact", contact_id)
    contact, at, user = find(request, contact_id), timezone.now(), request.user
    company_days = Asking.current().quarantine_days
    answers = Response.objects.visible_to(user).filter(contact=contact).select_related("survey")
    labels = TraitLabels()
    wishes = Unsubscription.objects.visible_to(user).filter(contact=contact)
    context = {
        "room": "contacts",
        "contact": contact,
        "traits": [
            (labels.of(name), as_text(value)) for name, value in sorted(contact.traits.items()) if name != COMPANY_TRAIT
        ],
        "unsubscriptions": wishes.select_related("survey"),
        "may_be_asked_from": may_be_asked_from(
            last_asked_at=contact.last_asked_at, ask_every_days=contact.ask_every_days, at=at, company_days=company_days
        ),
        "quarantine_days": quarantine_days(contact.ask_every_days, company_days=company_days),
        "answers": answers.defer("search_vector").order_by("-answered_at", "-pk")[:SHOWN],
        "tickets": hooks.tickets_of_contact(contact.pk, user, SHOWN),
        "invitations": Invitation.objects.visible_to(user)
        .filter(contact=contact)
        .select_related("survey")
        .order_by("-pk")[:SHOWN],
        "shown": SHOWN,
        "may_change": user.is_at_least(Role.AGENT),
        "may_erase": user.is_at_least(Role.ADMIN),
    }
    return render(request, "surveys/contacts/contact.html", context)
