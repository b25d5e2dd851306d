"""From the mailbox to the ticket, over a real IMAP server."""

import imaplib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from followup.conversations import effects
from followup.conversations.incoming.content import quotes
from followup.conversations.models import Message
from followup.models import Ticket
from nps_project.deliveries.inbound import mailbox
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.deliveries.inbound.taking import MOST_WHOLE
from tests.followup.conversations.incoming.mails import address_of, mail, sent
from tests.nps_project.deliveries.inbound import dovecot
from tests.nps_project.deliveries.inbound.dovecot import Dovecot

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    with dovecot.running() as made:
        yield made


@pytest.fixture
def inbox(request: pytest.FixtureRequest) -> str:
    return f"r{abs(hash(request.node.name)) % 10**12}"


def replies() -> list[tuple[int | None, str]]:
    return [(one.ticket_id, one.text) for one in Message.objects.filter(direction="in").order_by("pk")]


def test_what_belongs_to_a_ticket_is_put_away_and_what_belongs_to_nobody_stays(
    imap: Dovecot, inbox: str, ticket: Ticket
) -> None:
    to = address_of(sent(ticket))
    imap.put(inbox, mail("To the ticket", to=to, subject="one"), mail("To nobody", message_id="<2@x>", subject="two"))
    done = mailbox.read(imap.url(inbox))
    assert (dict(done.taken), dict(done.left), done.failure) == ({"person": 2}, {}, "")
    assert replies() == [(ticket.pk, "To the ticket"), (None, "To nobody")]
    assert imap.seen(inbox, "Winback.Read") == [("one", True)]
    assert imap.seen(inbox) == [("two", False)]
    assert not InboundMail.objects.exclude(left_for="").exists()


def test_a_large_mail_is_read_whole(imap: Dovecot, inbox: str, ticket: Ticket) -> None:
    body = "x" * 70 + "\n"
    text = f"--B\nContent-Type: text/plain\n\nSee the file.\n--B\nContent-Type: text/plain\nContent-Disposition: attachment; filename=../../x.html\n\n{body * 60_000}\n--B--"  # noqa: E501
    imap.put(inbox, mail(text, to=address_of(sent(ticket)), kind='multipart/mixed; boundary="B"'))
    mailbox.read(imap.url(inbox))
    reply = Message.objects.get(direction="in")
    file = reply.attachments.get()
    assert (reply.text, file.name, file.content_type) == ("See the file.", "x.html", "text/plain")
    assert file.size > 4_000_000
    assert len(bytes(reply.raw_mail.content)) < MOST_WHOLE


@pytest.mark.parametrize("command", ["FETCH", "STORE", "MOVE"])
def test_killed_at_any_step_of_reading_it_is_on_its_ticket_once(
    imap: Dovecot, inbox: str, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    imap.put(inbox, mail("Once", to=address_of(sent(ticket))))
    whole = imaplib.IMAP4.uid

    def die(client: imaplib.IMAP4, name: str, *arguments: str) -> Any:
        if name == command:
            raise KeyboardInterrupt
        return whole(client, name, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(imaplib.IMAP4, "uid", die)
        with pytest.raises(KeyboardInterrupt):
            mailbox.read(imap.url(inbox))
    assert mailbox.read(imap.url(inbox)).failure == ""
    assert replies() == [(ticket.pk, "Once")]
    assert imap.seen(inbox) == []


def test_killed_while_it_is_stored_leaves_nothing_half(
    imap: Dovecot, inbox: str, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(inbox, mail("Once", to=address_of(sent(ticket))))

    def die(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(effects, "customer_wrote", die)
        with pytest.raises(KeyboardInterrupt):
            mailbox.read(imap.url(inbox))
    assert replies() == []
    mailbox.read(imap.url(inbox))
    assert replies() == [(ticket.pk, "Once")]


def test_what_fails_is_left_to_a_person_and_the_others_go_on(
    imap: Dovecot, inbox: str, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = address_of(sent(ticket))
    imap.put(inbox, mail("bad", to=to, subject="bad"), mail("good", to=to, message_id="<2@x>", subject="good"))
    whole = quotes.split

    def fail(text: str) -> Any:
        if text == "bad":
            raise RuntimeError("this one")
        return whole(text)

    monkeypatch.setattr(quotes, "split", fail)
    done = mailbox.read(imap.url(inbox))
    assert (dict(done.taken), dict(done.left)) == ({"person": 1}, {"failed": 1})
    assert replies() == [(ticket.pk, "good")]
    assert imap.seen(inbox) == [("bad", False)]


@pytest.mark.django_db(transaction=True)
def test_two_mailboxes_read_at_once_put_it_there_once(imap: Dovecot, inbox: str, ticket: Ticket) -> None:
    to = address_of(sent(ticket))
    mails = [mail(f"Number {number}", to=to, message_id=f"<{number}@x>") for number in range(8)]
    boxes = [f"{inbox}{letter}" for letter in "abc"]
    for box in boxes:
        imap.put(box, *mails)

    def work(box: str) -> None:
        mailbox.read(imap.url(box))
        connection.close()

    threads = [threading.Thread(target=work, args=[box]) for box in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(replies()) == [(ticket.pk, f"Number {number}") for number in range(8)]
    assert MailSource.objects.filter(failed_at=None).count() == 3
    assert not InboundMail.objects.exclude(left_for="").exists()
