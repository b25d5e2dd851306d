"""Finds by a few words: tickets by number, customers and companies, answers, colleagues, pages.

Each kind of thing is read from an index, and no more of it than a handful: the palette asks at each pause of typing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from followup.desk.finding import pages
from followup.models import Ticket
from followup.presentation.wording import name_of
from nps_project.accounts.models import Role, User
from surveys.contacts.contact_filter import listed_for
from surveys.models import Company, Contact, Response
from surveys.text_search import ticket_number

MOST = 5
SHORTEST = 2  # of one letter nearly everything begins
LOOKED_AT = 200  # customers of a common beginning, of whom the best are shown
FIRST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was found: its name, what tells it from others, and where it is."""

    name: str
    more: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind, under its name."""

    label: str
    items: list[Item]


def find(words: str, user: User) -> list[Group]:
    """What the words find of what this person may see; groups without anything are left out. At most seven queries."""
    number = ticket_number(words)
    if len(words) < SHORTEST and number is None:
        return []
    customers = _customers(words, user)
    groups = [
        Group(_("Tickets"), [*_ticket(number, user), *_tickets_of(customers, user)]),
        Group(_("Customers"), [_customer(row) for row in customers]),
        Group(_("Companies"), _companies(words, user)),
        Group(_("Answers"), _answers(words, user)),
        Group(_("Colleagues"), _colleagues(words, user)),
        Group(_("Pages"), [Item(*found) for found in pages.find(words, user)[:MOST]]),
        Group(_("Look everywhere"), _everywhere(words)),
    ]
    return [group for group in groups if group.items]


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _ticket(number: int | None, user: User) -> list[Item]:
    """The ticket of this number."""
    rows = Ticket.objects.visible_to(user).select_related("response__contact", "owner")
    found = rows.filter(pk=number).first() if number is not None else None
    return [_ticket_item(found)] if found else []


def _tickets_of(customers: Sequence[Contact], user: User) -> list[Item]:
    """The open tickets of these customers, the newest first."""
    if not customers:
        return []
    rows = Ticket.objects.visible_to(user).unresolved().filter(response__contact__in=[row.pk for row in customers])
    return [_ticket_item(row) for row in rows.select_related("response__contact", "owner").order_by("-pk")[:MOST]]


def _ticket_item(ticket: Ticket) -> Item:
    more = _joined(
        pgettext("a score", "score %(score)s") % {"score": ticket.score}, ticket.get_status_display(), ticket.owner
    )
    return Item(f"#{ticket.pk} {name_of(ticket.response)}", more, reverse("followup:ticket", args=[ticket.pk]))


def _customers(words: str, user: User) -> Sequence[Contact]:
    """Customers by name, address, number, company or the end of a phone number; whose name begins so before others.

    Of a common beginning LOOKED_AT are looked at, whichever the index gives first.
    """
    some = listed_for(user).named(words).order_by().values("pk")[:LOOKED_AT]
    begins = Case(When(name__istartswith=words, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Contact.objects.filter(pk__in=some).annotate(place=begins, recent=0 - F("pk")).order_by("place", "recent")
    return list(rows.defer("search_vector")[:MOST])


def _customer(row: Contact) -> Item:
    known = [part for part in (row.company_name, row.email, row.phone, row.external_id) if part and part != str(row)]
    return Item(str(row), _joined(*known), reverse("contacts:contact", args=[row.pk]))


def _companies(words: str, user: User) -> list[Item]:
    rows = Company.objects.named(words).visible_to(user, listed_for(user)).order_by("name")[:MOST]
    return [Item(row.name, "", reverse("contacts:company", args=[row.pk])) for row in rows]


def _answers(words: str, user: User) -> list[Item]:
    """The newest answers whose comment has these words."""
    newest = Response.objects.newest_saying(words)
    rows = Response.objects.visible_to(user).filter(pk__in=newest).select_related("contact").order_by("-pk")
    rows = rows.annotate(first_words=Left("comment", FIRST_WORDS)).defer("comment", "search_vector")
    return [_answer(row) for row in rows[:MOST]]


def _answer(row: Any) -> Item:
    return Item(f"{row.score} · {name_of(row)}", row.first_words, reverse("followup:answer", args=[row.pk]))


def _colleagues(words: str, user: User) -> list[Item]:
    """Colleagues by any word of the name, or by address: the tickets of those who work; for admins their settings."""
    begins = Q(name__istartswith=words) | Q(name__icontains=f" {words}") | Q(email__istartswith=words)
    people = User.objects.visible_to(user).filter(begins, is_active=True, is_service=False).order_by("name", "pk")
    is_admin = user.is_at_least(Role.ADMIN)
    found: list[Item] = []
    for person in people if is_admin else people.exclude(role=Role.VIEWER):
        if len(found) >= MOST:
            break
        if person.role != Role.VIEWER:
            theirs = urlencode({"view": "all", "owner": "me" if person == user else person.pk})
            found.append(Item(str(person), _("Open tickets"), f"{reverse('followup:desk')}?{theirs}"))
        if is_admin:
            found.append(
                Item(str(person), _("Role and settings"), reverse("accounts_setup:person_edit", args=[person.pk]))
            )
    return found


def _everywhere(words: str) -> list[Item]:
    """The whole lists of what the words find."""
    lists = {
        _("Tickets with “%(words)s”"): f"{reverse('followup:desk')}?view=all&",
        _("Customers with “%(words)s”"): f"{reverse('contacts:list')}?",
        _("Answers with “%(words)s”"): f"{reverse('followup:answers')}?",
    }
    return [Item(label % {"words": words}, "", address + urlencode({"q": words})) for label, address in lists.items()]
