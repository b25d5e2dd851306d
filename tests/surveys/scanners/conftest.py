"""Mails that left an hour ago, and the programs and people that open them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from followup.playbooks import services as playbooks
from nps_project.accounts.links import make_token
from surveys.models import Contact, Invitation, Response, Survey
from surveys.scanners.models import OpenedMail, Opening, Tap
from tests.factories import make_contact, make_survey

MakeMail = Callable[..., Invitation]


@pytest.fixture
def survey(db: None) -> Survey:
    playbooks.ensure_default()
    return make_survey()


@pytest.fixture
def make_mail(survey: Survey) -> MakeMail:
    """The invitation of a mail that left at `sent_at`, an hour ago unless said otherwise."""

    def make(number: int = 1, address: str = "", sent_at: datetime | None = None) -> Invitation:
        contact = Contact.objects.filter(email__iexact=address).first() if address else None
        if contact is None:
            contact = make_contact(number)
            Contact.objects.filter(pk=contact.pk).update(email=address or f"c{number}@nordlys.dk")
            contact.refresh_from_db()
        at = sent_at or timezone.now() - timedelta(hours=1)
        return Invitation.objects.create(
            survey=survey, contact=contact, channel="email", status="sent", language="en",
            address=address or contact.email or "",
            created_at=at, asked_at=at, sent_at=at,
        )  # fmt: skip

    return make


@pytest.fixture
def mailed(make_mail: MakeMail) -> Invitation:
    return make_mail()


def page_of(invitation: Invitation) -> str:
    return f"/r/{make_token('r', invitation.public_id)}/"


def links_of(invitation: Invitation) -> list[str]:
    """Those of the mail, in its order."""
    page = page_of(invitation)
    found = [f"{page}?score={score}" for score in range(11)]
    found.insert(6, f"{page}check/2/")
    return [f"{page}check/1/", *found, f"/unsubscribe/{make_token('unsubscribe', invitation.public_id)}/"]


def browser(number: int = 1, agent: str = "Mozilla/5.0") -> Client:
    """A client with an address of its own."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}", HTTP_USER_AGENT=agent)


def opened_and_tapped(invitation: Invitation, response: Response) -> None:
    """A row of each kind that hangs on them."""
    now = timezone.now()
    Opening.objects.create(invitation=invitation, at=now, link="score-2", agent=1)
    OpenedMail.objects.create(invitation=invitation, domain="nordlys.dk", recipient=1, opened_at=now)
    Tap.objects.create(
        response=response, link="score-2", opened_at=now, at=now, act="key", is_same_place=True, is_same_agent=True
    )
