"""Customers who were asked, some of whom answered."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.services.insert import insert_many
from surveys.services.responses import NewAnswer, Origin, row_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASKED = NOW - timedelta(days=40)
_DAY = timedelta(days=1)


def make_campaign(survey: Survey, name: str = "Autumn") -> Campaign:
    """One that has ended."""
    return Campaign.objects.create(name=name, survey=survey, status="finished", started_at=ASKED, ended_at=ASKED + _DAY)


def ask(survey: Survey, scores: Sequence[int | None], campaign: Campaign | None = None, **fields: Any) -> list[Contact]:
    """A mail to a new customer for each score, which is the answer a day later; None: no answer. Other fields are the
    customers'."""
    given = {"language": "en", "last_asked_at": ASKED, "created_at": ASKED} | fields
    first = Contact.objects.count()
    contacts = Contact.objects.bulk_create(
        Contact(**{"name": f"Customer {n}", "email": f"c{n}@nordlys.dk", "phone": f"+45 33 {n:06d}"} | given)
        for n in range(first, first + len(scores))
    )
    links = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, contact=contact, campaign=campaign, channel="email", asked_at=ASKED, sent_at=ASKED,
            delivered_at=ASKED, address=contact.email or "", language="en", created_at=ASKED,
            status="delivered" if score is None else "answered",
            answered_at=None if score is None else ASKED + _DAY,
        )
        for contact, score in zip(contacts, scores, strict=True)
    )  # fmt: skip
    insert_many(
        [
            row_of(
                survey, NewAnswer(score, f"I say {score}" if score % 2 else ""),
                Origin("personal", "en", contact_id=link.contact_id, invitation_id=link.pk, traits=link.contact.traits,
                       answered_at=ASKED + _DAY), ASKED + _DAY,
            )
            for link, score in zip(links, scores, strict=True) if score is not None
        ]
    )  # fmt: skip
    return contacts
