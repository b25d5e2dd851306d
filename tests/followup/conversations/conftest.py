"""A customer who can be written to, and a mail server on loopback."""

from collections.abc import Iterator
from typing import Any

import pytest

from followup.models import Ticket
from followup.playbooks import services as playbooks
from nps_project.accounts.models import User
from surveys.models import Contact
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.nps_project.deliveries.mail_server import MailServer, running


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made


@pytest.fixture
def agent(db: None) -> User:
    return make_user("marit", time_zone="Europe/Copenhagen")


@pytest.fixture
def ticket(db: None) -> Ticket:
    """Of a customer in Danish who has no phone, so that a mail counts as the contact by the play for 5."""
    playbooks.ensure_default()
    contact = make_contact(1, name="Karin Jensen", phone="", traits={"company": "Nordlys Tryk"}, language="da")
    Contact.objects.filter(pk=contact.pk).update(email="karin@nordlys.dk")
    contact.refresh_from_db()
    made = make_ticket(make_survey(), 5, "Ingen ringede.", contact=contact, language="da")
    return Ticket.objects.select_related("response__contact", "play").get(pk=made.pk)
