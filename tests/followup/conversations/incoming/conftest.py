"""A ticket to which somebody writes, and the reader of mails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from followup.causes import services as causes
from followup.models import Ticket
from followup.tickets import actions, attempts
from nps_project.accounts.models import User
from nps_project.deliveries.inbound import taking
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.deliveries.inbound.taking import Given
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.followup.conversations.incoming.mails import REPLY

Take = Callable[..., InboundMail]


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def ticket(bea: User, settings: Any) -> Ticket:
    """Contacted, and Bea's."""
    settings.REPLY_ADDRESS = REPLY
    causes.ensure_defaults()
    made = make_ticket(make_survey(), 2, contact=make_contact(1))
    actions.claim(ticket_id=made.pk, by=bea)
    attempts.log_attempt(ticket_id=made.pk, by=bea, result="reached")
    return Ticket.objects.get(pk=made.pk)


@pytest.fixture
def take(db: None) -> Take:
    """Takes mails of one mailbox, each with a number of its own."""
    source = MailSource.objects.create(name="care", kind="mailbox")
    numbers = iter(range(1, 1000))

    def one(raw: bytes, **given: Any) -> InboundMail:
        return taking.take(given.pop("source", source), Given(next(numbers), raw, timezone.now(), **given))

    return one
