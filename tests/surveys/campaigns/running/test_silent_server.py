"""A mail server that takes each mail and answers none costs a few recipients, not all of them."""

import pytest
from django.utils import timezone

from nps_project.deliveries import many, sending
from surveys.campaigns import asking
from surveys.models import Invitation
from tests.nps_project.deliveries.mail_server import DROP, MailServer
from tests.surveys.campaigns.running.people import SECOND, make_campaign, make_people, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("looked")]


def count(status: str) -> int:
    return Invitation.objects.filter(status=status).count()


def test_a_server_that_cuts_off_each_talk_at_its_end_is_left_alone_for_a_while(server: MailServer) -> None:
    make_people(60)
    start(make_campaign())
    asking.ask_due(timezone.now())
    server.on_data = lambda _address: DROP
    for _run in range(3):
        sending.send_due(timezone.now() + SECOND)
    lost = count("unknown")
    assert many.MOST_UNANSWERED <= lost <= many.MOST_UNANSWERED + 6
    sending.send_due(timezone.now() + many.SILENT_FOR + SECOND)
    assert lost < count("unknown") <= lost + 6, "it is tried again, with one mail for each connection"
    lost = count("unknown")
    server.on_data = lambda _address: "250 OK"
    sending.send_due(timezone.now() + 2 * many.SILENT_FOR)
    assert (count("unknown"), count("sent")) == (lost, 60 - lost)
    assert len(server.taken) == 60
