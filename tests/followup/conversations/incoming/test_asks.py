"""Who answers the mail that asked is on the ticket of the answer, or in the list with their name."""

from typing import Any

import pytest
from django.utils import timezone

from followup.conversations.models import Message
from followup.tickets import opening
from nps_project.deliveries.models import Delivery
from surveys.campaigns import asking
from surveys.campaigns import mail as ask_mail
from surveys.models import Invitation
from tests.factories import make_answer, make_survey
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import REPLY, mail
from tests.surveys.campaigns.test_asking import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(db: None, settings: Any) -> Invitation:
    settings.REPLY_ADDRESS, settings.MAIL_IS_STORED_ONLY = REPLY, False
    return asking.ask_by_mail(survey=make_survey(), contact=make_customer(), at=timezone.now())


def the_reply() -> Message:
    return Message.objects.get(direction="in")


@pytest.mark.parametrize("way", ["address", "message id"])
@pytest.mark.parametrize("has_answered", [True, False])
def test_a_reply_to_an_ask(asked: Invitation, take: Take, way: str, has_answered: bool) -> None:
    ticket = None
    if has_answered:
        answer = make_answer(asked.survey, 1, contact=asked.contact, invitation_id=asked.pk)
        ticket = opening.open_for_response(answer.pk)
    to, extra = REPLY, ""
    if way == "address":
        to = ask_mail.headers_of(asked)["Reply-To"]
    else:
        extra = f"In-Reply-To: <{Delivery.objects.get(template='ask').message_id}@nordlys.dk>\n"
    take(mail("I would rather talk", to=to, sender=asked.address, extra=extra))
    reply = the_reply()
    assert (reply.ticket, reply.contact_id) == (ticket, asked.contact_id)
    assert reply.is_accepted == has_answered


def test_an_out_of_office_to_an_ask_without_a_ticket_is_no_business_of_anybodys(asked: Invitation, take: Take) -> None:
    row = take(mail("Away", to=ask_mail.headers_of(asked)["Reply-To"], extra="Auto-Submitted: auto-replied\n"))
    assert not Message.objects.exists()
    assert row.kind == "automatic"
