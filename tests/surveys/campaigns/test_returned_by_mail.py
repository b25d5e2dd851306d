"""From the mail that left to the mail that came back: over a real SMTP and a real IMAP server."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries.inbound import mailbox
from surveys.campaigns import asking
from surveys.models import Contact, Invitation
from tests.factories import make_survey
from tests.nps_project.deliveries.inbound import corpus, dovecot
from tests.nps_project.deliveries.inbound.dovecot import Dovecot
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.test_asking import make_customer, now_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]

ADDRESS = "bounce@mail.nordlys.dk"


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    with dovecot.running() as made:
        yield made


@pytest.fixture
def asked(looked: None, server: MailServer, imap: Dovecot, settings: Any) -> Invitation:
    settings.BOUNCE_ADDRESS, settings.MAILBOXES = ADDRESS, [imap.url("care")]
    invitation = asking.ask_by_mail(survey=make_survey(), contact=make_customer(), at=timezone.now())
    send()
    return now_of(invitation)


def come_back(imap: Dovecot, inbox: str, text: str) -> Any:
    imap.put(inbox, text.replace("\n", "\r\n").encode())
    return mailbox.read(imap.url(inbox))


def test_a_bounce_to_the_envelope_sender_marks_whom_it_names(
    server: MailServer, imap: Dovecot, asked: Invitation
) -> None:
    text = corpus.dsn("5.1.1", "smtp; 550 5.1.1 unknown", returned="Subject: cut off\n")
    done = come_back(imap, "one", text.replace(corpus.TO, server.senders[0]))
    assert dict(done.taken) == {"bounce": 1}
    assert (now_of(asked).status, now_of(asked).reason) == ("bounced", "bounced")
    assert Contact.objects.get().bounced_at is not None


def test_a_bounce_to_another_address_is_known_by_the_message_id_in_it(
    server: MailServer, imap: Dovecot, asked: Invitation
) -> None:
    returned = f"From: ask@nordlys.dk\nMessage-ID: {server.taken[0]['Message-ID']}\n"
    text = corpus.dsn("5.7.1", "smtp; 550 5.7.1 blocked", to="ask@nordlys.dk", returned=returned)
    assert dict(come_back(imap, "two", text).taken) == {"bounce": 1}
    assert (now_of(asked).status, now_of(asked).reason) == ("bounced", "policy")
    assert Contact.objects.get().bounced_at is None


@pytest.mark.usefixtures("asked")
def test_a_complaint_from_which_the_recipient_was_cut_unsubscribes(server: MailServer, imap: Dovecot) -> None:
    text = corpus.arf("abuse").replace(corpus.FROM, server.senders[0])
    assert dict(come_back(imap, "three", text).taken) == {"complaint": 1}
    assert Contact.objects.get().unsubscribed_at is not None
    assert Invitation.objects.get().complained_at is not None


@pytest.mark.usefixtures("asked")
def test_unsubscribing_by_mail_acts_by_the_headers_token_alone(server: MailServer, imap: Dovecot) -> None:
    ways = server.taken[0]["List-Unsubscribe"].strip()
    assert re.fullmatch(r"<https?://\S+>,\s+<mailto:\S+\?subject=unsubscribe>", ways)
    (address,) = re.findall(r"<mailto:(\S+)\?", ways)
    assert address != server.senders[0]
    assert len(address.partition("@")[0]) <= 64
    person = corpus.plain("c1@nordlys.dk", "", to=server.senders[0], subject="unsubscribe")
    assert dict(come_back(imap, "four", person).taken) == {"person": 1}
    assert Contact.objects.get().unsubscribed_at is None
    wish = corpus.plain("somebody@else.dk", "", to=address, subject="unsubscribe")
    assert dict(come_back(imap, "four", wish).taken) == {"unsubscribe": 1}
    assert Contact.objects.get().unsubscribed_at is not None


@pytest.mark.usefixtures("imap")
def test_without_a_mailbox_nobody_is_told_to_unsubscribe_by_mail(server: MailServer, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = ADDRESS
    asking.ask_by_mail(survey=make_survey(), contact=make_customer(), at=timezone.now())
    send()
    assert "mailto" not in server.taken[0]["List-Unsubscribe"]


@pytest.mark.usefixtures("asked")
def test_an_automatic_answer_changes_nothing(server: MailServer, imap: Dovecot) -> None:
    text = corpus.plain("c1@nordlys.dk", "I am away", to=server.senders[0], head="Auto-Submitted: auto-replied\n")
    assert dict(come_back(imap, "five", text).taken) == {"automatic": 1}
    assert Invitation.objects.get().status == "sent"
    assert len(server.taken) == 1  # nothing that came in made a mail
