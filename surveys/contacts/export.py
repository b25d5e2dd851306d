"""Exports contacts as a table that the import reads again.

Its heads are the API's field names; those of traits have their label before the name: "Plan (trait.plan)".
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Func, TextField
from django.http import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import in_company_zone
from nps_project.downloads import download, refused
from surveys.contacts.imports.rules.columns import trait_head
from surveys.contacts.selection import select
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import as_text
from surveys.models import Contact
from surveys.models.contact import COMPANY_TRAIT, ContactQuerySet

CHUNK = 1_000
MOST_TRAITS = 200  # columns of traits; a contact has at most 50
FIELDS = (
    "id", "external_id", "email", "phone", "name", "language", "company", "account_manager", "value", "time_zone",
    "do_not_contact", "ask_every_days", "churned_at", "unsubscribed_at", "bounced_at", "last_asked_at",
    "last_answered_at",
)  # fmt: skip


@viewer_required
@require_safe
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The table of the contacts at this address. `kind`: csv or xlsx."""
    selection = select(request.GET, request.user)
    if selection.faults:
        return refused(*selection.faults)
    about = "filters " + (" ".join(sorted(selection.chosen)) or "none")
    pages = _pages(selection.contacts, translation.get_language() or "en")
    return download(request, pages, kind=kind, name="contacts", about=about)


def _pages(contacts: ContactQuerySet, language: str) -> Iterator[list[list[object]]]:
    """The head, then pages by id, so that no row comes twice or is left out."""
    traits = _trait_names(contacts)
    with translation.override(language):  # never across a yield: the thread does other work in between
        labels = TraitLabels()
        head: list[object] = [*FIELDS, *(trait_head(labels.of(name), name) for name in traits)]
    yield [head]
    last = 0
    rows = contacts.order_by("pk").defer("search_vector")
    while page := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = page[-1].pk
        yield [_cells(contact, traits) for contact in page]


def _trait_names(contacts: ContactQuerySet) -> list[str]:
    keys = Func(F("traits"), function="jsonb_object_keys", output_field=TextField())
    names = contacts.order_by().values_list(keys, flat=True).distinct()
    return sorted(name for name in names[: MOST_TRAITS + 1] if name != COMPANY_TRAIT)


def _cells(contact: Contact, traits: list[str]) -> list[object]:
    found: list[object] = []
    for name in FIELDS:
        value: Any = contact.company_name if name == "company" else getattr(contact, name)
        if name.endswith("_at"):
            value = in_company_zone(value)
        elif isinstance(value, bool):
            value = as_text(value)
        found.append("" if value is None else value)
    return found + [as_text(contact.traits[name]) if name in contact.traits else "" for name in traits]
