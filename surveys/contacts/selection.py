"""Reads the address of the list of contacts: its filters, columns and the contacts that they select."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from nps_project.accounts.models import User
from surveys.contacts import contact_filter, filter_words
from surveys.contacts.contact_filter import BadFilter
from surveys.contacts.forms import ContactFilterForm
from surveys.contacts.trait_labels.known import find_trait
from surveys.contacts.traits import TRAIT_FILTER as TRAIT
from surveys.contacts.traits import read_pair
from surveys.models.contact import ContactQuerySet

MOST_COLUMNS = 6
_NO_FILTERS = ("after", "columns", "trait")


@dataclass(frozen=True, slots=True)
class Selection:
    """What an address asks for. With `faults` it selects nothing."""

    chosen: dict[str, Any]
    faults: list[str]
    columns: list[str]
    contacts: ContactQuerySet
    form: ContactFilterForm

    def in_words(self) -> list[str]:
        return filter_words.in_words(self.chosen, self.form)


def select(query: QueryDict, user: User) -> Selection:
    """The contacts that this user may see and that the filters of an address leave; at most two queries."""
    segments = contact_filter.segments_for(user).order_by("name", "pk")
    form = ContactFilterForm(query, segments=segments, user=user)
    given = {name: value for name, value in query.items() if name not in _NO_FILTERS and str(value).strip()}
    faults: list[str] = []
    if typed := str(query.get("trait", "")).strip():
        pair = read_pair(typed)
        if pair is None:
            faults.append(_("Write a trait as name=value, such as plan=gold."))
        else:
            given[f"{TRAIT}{find_trait(pair[0], form.labels)}"] = pair[1]
    chosen: dict[str, Any] = {}
    contacts = contact_filter.listed_for(user)
    try:
        chosen = contact_filter.read(given)
        contacts = contact_filter.filtered(contacts, chosen, by=user)
    except BadFilter as error:
        faults += filter_words.faults_in_words(error.faults, given, form)
    return Selection(chosen, faults, _columns(query, form), contacts.none() if faults else contacts, form)


def _columns(query: QueryDict, form: ContactFilterForm) -> list[str]:
    typed = str(query.get("columns", "")).replace("\0", "").split(",")
    names = dict.fromkeys(form.labels.name_of(name[:60])[:50] for name in typed if name.strip())
    return list(names)[:MOST_COLUMNS]
