"""Contacts of the made-up shop with their companies and wishes, and segments of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from followup.demo.people import Customer
from surveys.contacts.segments.services import free_slug, save_segment
from surveys.contacts.services import company_named
from surveys.models import Company, Contact, Response, Segment

ZONES = {"en": "Europe/London", "nl": "Europe/Amsterdam", "da": "Europe/Copenhagen"}
SEGMENTS: dict[str, dict[str, Any]] = {
    "Business customers": {"trait.plan": "business"},
    "Unhappy when they last answered": {"last_group": "detractor"},
    "Danish members, asked long ago": {"language": "da", "trait.plan": "member", "asked_before": "90d"},
}


class Companies:
    """The companies of sample contacts, each made once; `made` are those that were not there before."""

    def __init__(self) -> None:
        self._before = set(Company.objects.values_list("pk", flat=True))
        self._known: dict[str, Company | None] = {}

    def of(self, name: str) -> Company | None:
        """The company with this name; None without one."""
        if name not in self._known:
            self._known[name] = company_named(name)
        return self._known[name]

    @property
    def made(self) -> list[int]:
        return [company.pk for company in self._known.values() if company and company.pk not in self._before]


def make_contact(customer: Customer, number: int, company: Company | None, at: datetime) -> Contact:
    """The contact of a made-up customer, not stored yet. A few do not want to be asked, or only seldom."""
    return Contact(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        language=customer.language,
        traits=customer.traits,
        value=customer.value,
        account_manager=customer.account_manager,
        external_id=f"DEMO-{number:05d}",
        created_at=at - timedelta(days=3 + number * 37 % 400),
        company=company,
        time_zone=ZONES[customer.language],
        do_not_contact=number % 211 == 7,
        unsubscribed_at=at + timedelta(days=1) if number % 97 == 11 else None,
        ask_every_days=90 if number % 89 == 2 else None,
    )


def note_last_answers(contacts: Mapping[int, Contact]) -> None:
    """Write to the contacts when they answered last; by that they were asked as well."""
    answers = Response.objects.filter(contact__in=[contact.pk for contact in contacts.values()]).order_by()
    last = dict(answers.values_list("contact").annotate(Max("answered_at")))
    changed = [contact for contact in contacts.values() if contact.pk in last]
    for contact in changed:
        contact.last_asked_at = contact.last_answered_at = last[contact.pk]
    Contact.objects.bulk_update(changed, ["last_asked_at", "last_answered_at"], batch_size=500)


def make_segments() -> list[int]:
    """A few segments. Returns: their ids."""
    return [
        save_segment(Segment(), {"name": name, "slug": free_slug(f"demo {name}"), "filter": chosen}).pk
        for name, chosen in SEGMENTS.items()
    ]
