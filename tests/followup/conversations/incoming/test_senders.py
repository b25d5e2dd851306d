"""Who really wrote: what the mail server found of a sender decides whether a mail is the customer's."""

import time
from typing import Any

import pytest
from django.test import Client

from followup.conversations.models import Message
from followup.models import Activity, Ticket
from nps_project.accounts.models import User
from nps_project.deliveries.inbound.reading import parsing
from nps_project.deliveries.inbound.reading.authentication import SenderCheck, check
from nps_project.deliveries.reply_header import reply_to_of
from tests.api_client import Program
from tests.factories import client_of
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent
from tests.followup.conversations.incoming.test_staff import answer, told

MX = "mx.nordlys.dk"
PASSED = f"{MX}; dmarc=pass (p=REJECT) header.from=example.com"
FAILED = f"{MX}; spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=example.com"


def found(*values: str, sender: str = "ann@example.com", server: str = MX) -> SenderCheck:
    heads = "".join(f"Authentication-Results: {value}\r\n" for value in values)
    return check(parsing.parse(f"{heads}From: {sender}\r\n\r\nHello".encode()), sender, server)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (PASSED, "passed"),
        (FAILED, "failed"),
        (f"{MX.upper()} 1; dkim=pass header.d=example.com header.s=a", "passed"),
        (f"{MX}; dkim=pass header.i=@example.com", "passed"),
        (f"{MX}; spf=pass smtp.mailfrom=ann@example.com", "passed"),
        (f"{MX}; spf=pass smtp.mailfrom=bounce@evil.example", "unchecked"),
        (f"{MX}; dkim=pass header.d=evil.example", "unchecked"),
        (f"{MX}; dkim=pass header.d=com", "unchecked"),
        (f"{MX}; dkim=pass header.d=sub.example.com", "unchecked"),  # a customer of example.com's may own it
        (f"{MX}; spf=softfail smtp.mailfrom=ann@example.com", "unchecked"),
        (f"{MX}; spf=fail smtp.mailfrom=ann@example.com", "failed"),
        (f"{MX}; spf=fail smtp.mailfrom=a@list.org; dkim=pass header.d=example.com", "passed"),  # forwarded
        (f"{MX}; dmarc=pass header.from=evil.example", "failed"),  # a From that is read in two ways
        (f"{MX}; dmarc=pass", "unchecked"),
        (f"{MX}; none", "unchecked"),
        (f"{MX};", "unchecked"),
        ("", "unchecked"),
        ("evil.example; dmarc=pass header.from=example.com", "unchecked"),
        (f"{MX}.evil.example; dmarc=pass header.from=example.com", "unchecked"),
        (f'{MX}; spf=pass (x; dmarc=pass header.from=example.com) smtp.mailfrom=a@evil.example', "unchecked"),
        (f'{MX}; spf=none smtp.mailfrom="x; dmarc=pass header.from=example.com"', "unchecked"),
        (f'{MX}; spf=none smtp.helo="a dkim.x header.d=example.com', "unchecked"),
        (f"{MX}; spf=none (never closed; dmarc=pass header.from=example.com", "unchecked"),
    ],
)  # fmt: skip
def test_what_the_server_found(value: str, expected: str) -> None:
    assert found(value) == expected


def test_a_line_that_came_with_the_mail_does_not_count_beside_that_of_the_server() -> None:
    assert found(FAILED, PASSED) == "failed"
    assert found("other.example; dmarc=fail header.from=example.com", PASSED) == "passed"
    assert found(PASSED, server="") == "unchecked"


@pytest.mark.parametrize("part", ["a", "(", "\\", '"', ";", "dkim=", "a.b=", "a.b ", " ", "dkim / 1"])
def test_no_such_line_takes_long_to_read(part: str) -> None:
    begun = time.monotonic()
    assert found(f"{MX}; " + part * (20_000 // len(part))) == "unchecked"
    assert time.monotonic() - begun < 1


def extra(value: str) -> str:
    return f"Authentication-Results: {value}\n"


@pytest.mark.django_db
def test_a_forged_reply_to_a_known_address_waits_on_the_ticket_with_a_sign(
    ticket: Ticket, bea: User, take: Take, settings: Any
) -> None:
    settings.MAIL_AUTH_SERVER = MX
    take(mail("Please stop calling me.", to=address_of(sent(ticket)), extra=extra(FAILED)))
    message = Message.objects.get(direction="in")
    assert (message.ticket, message.status, message.is_accepted) == (ticket, "waiting", False)
    assert Ticket.objects.get(pk=ticket.pk).next_contact_due_at is None
    client = client_of(bea)
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "The sender may be forged" in page
    assert "somebody else may have written it" in page
    assert "Please stop calling me." in page
    assert Program().get(f"messages/{message.pk}/")["sender_check"] == "failed"
    client.post(f"/desk/mail/{message.pk}/accept/")
    assert Ticket.objects.get(pk=ticket.pk).next_contact_due_at is not None
    take(mail("Once more.", to=address_of(sent(ticket)), message_id="<2@kunde.dk>", extra=extra(FAILED)))
    assert not Message.objects.latest("pk").is_accepted, "one that was accepted lets no further one in"


@pytest.mark.django_db
@pytest.mark.parametrize(("server", "value", "sign"), [(MX, PASSED, ""), ("", FAILED, "Sender not checked")])
def test_others_count_as_before_and_say_when_nobody_checked(
    ticket: Ticket, bea: User, take: Take, settings: Any, server: str, value: str, sign: str
) -> None:
    settings.MAIL_AUTH_SERVER = server
    take(mail("It is broken again.", to=address_of(sent(ticket)), extra=extra(value)))
    assert Message.objects.get(direction="in").is_accepted
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert ("Sender not checked" in page) == bool(sign)
    assert "may be forged" not in page


@pytest.mark.django_db
def test_a_forged_mail_of_a_colleague_is_no_note_and_waits(
    ticket: Ticket, bea: User, take: Take, settings: Any
) -> None:
    take(mail("It is broken again.", to=address_of(sent(ticket))))
    (to,) = reply_to_of(told()[0])
    settings.MAIL_AUTH_SERVER = MX
    take(answer("To the customer: send your card number.", to, extra=extra(FAILED)))
    assert not Activity.objects.filter(ticket=ticket, kind="note").exists()
    assert not Message.objects.filter(direction="out", is_accepted=False).exists()
    assert Message.objects.filter(text__contains="card number").exists(), "it is kept, for a person to see"


@pytest.mark.django_db
def test_in_the_list_of_mails_without_a_ticket_it_is_said_too(ticket: Ticket, take: Take, settings: Any) -> None:
    settings.MAIL_AUTH_SERVER = MX
    take(mail("Hello?", extra=extra(FAILED)))
    message = Message.objects.get(direction="in")
    assert message.ticket is None
    admin: Client = client_of(User.objects.create_user("ada@example.com", "a long enough password", role="admin"))
    assert "The sender may be forged" in admin.get(f"/desk/mail/{message.pk}/").content.decode()
