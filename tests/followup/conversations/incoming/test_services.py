"""A mail that a mail service posts: who may post one, and that it is on its ticket once."""

import base64
import json
import time
from typing import Any

import pytest
from django.test import Client

from followup.conversations import effects
from followup.conversations.models import Message
from followup.models import Ticket
from nps_project.deliveries.inbound.models import InboundMail
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db

SECRET = "hook:a-secret-of-32-characters-and-more"


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET = SECRET


def post(service: str, body: Any, content_type: str = "application/json", secret: str = SECRET) -> int:
    client = Client(raise_request_exception=False)
    data = json.dumps(body) if content_type == "application/json" else body
    basic = {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    return client.post(f"/mail/{service}/inbound/", data, content_type=content_type, headers=basic).status_code


def postmark(to: str, text: str = "Hello again", **more: Any) -> dict[str, Any]:
    headers = [
        {"Name": "Return-Path", "Value": "<customer1@example.com>"}, {"Name": "Message-ID", "Value": "<1@kunde.dk>"},
    ]  # fmt: skip
    return {
        "FromFull": {"Email": "customer1@example.com", "Name": "Ann"}, "ToFull": [{"Email": to, "Name": ""}],
        "OriginalRecipient": to, "Subject": "Re: Your answer", "TextBody": text, "HtmlBody": f"<p>{text}</p>",
        "Headers": headers, "Date": "Thu, 26 Nov 2026 10:00:00 +0100", "MessageID": "a", **more,
    }  # fmt: skip


def replies() -> list[tuple[int | None, str]]:
    return [(one.ticket_id, one.text) for one in Message.objects.filter(direction="in")]


def test_a_posted_mail_is_on_its_ticket_once_also_when_the_mailbox_has_it(ticket: Ticket, take: Take) -> None:
    to = address_of(sent(ticket))
    file = {"Name": "a.txt", "ContentType": "text/plain", "Content": base64.b64encode(b"x" * 900_000).decode()}
    assert post("postmark", postmark(to, Attachments=[file])) == 200
    assert post("postmark", postmark(to, Attachments=[file])) == 200
    take(mail("Hello again", to=to))
    assert replies() == [(ticket.pk, "Hello again")]
    assert InboundMail.objects.count() == 2  # of the service, and of the mailbox
    reply = Message.objects.get(direction="in")
    assert (reply.from_name, reply.message_id, reply.attachments.get().size) == ("Ann", "1@kunde.dk", 900_000)


def test_the_recipient_of_the_envelope_counts_and_an_automatic_mail_is_one(ticket: Ticket) -> None:
    body = postmark("care@nordlys.dk", OriginalRecipient=address_of(sent(ticket)))
    body["Headers"][0]["Value"] = "<>"
    assert post("postmark", body) == 200
    assert Message.objects.get(direction="in").is_automatic


def test_mailgun_posts_parts_or_the_whole_mail(ticket: Ticket) -> None:
    to = address_of(sent(ticket))
    raw = mail("From the whole", to=to, message_id="<2@x>").decode()
    for name, fields in {
        "b": {"body-mime": raw, "timestamp": "1795687872", "token": "t", "recipient": to, "sender": "a@b.dk"},
        "c": {
            "timestamp": "1795687872", "token": "u", "recipient": to, "from": "Ann <customer1@example.com>", "To": to,
            "subject": "Re", "body-plain": "From the parts", "attachment-count": "0", "sender": "customer1@example.com",
            "message-headers": json.dumps([["From", "Ann <customer1@example.com>"], ["Message-Id", "<3@x>"]]),
        },
    }.items():  # fmt: skip
        parts = "".join(f'--{name}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
                        for key, value in fields.items())  # fmt: skip
        form = f"{parts}--{name}--\r\n".encode()
        assert post("mailgun", form, f"multipart/form-data; boundary={name}") == 200
    assert replies() == [(ticket.pk, "From the whole"), (ticket.pk, "From the parts")]


def test_who_may_post_and_what_is_understood(ticket: Ticket, settings: Any) -> None:
    to = address_of(sent(ticket))
    assert post("postmark", postmark(to), secret="hook:wrong") == 401
    assert post("nobody", postmark(to)) == 404
    assert post("postmark", ["x"]) == 400
    assert post("postmark", {"RecordType": "Bounce"}) == 400
    settings.MAIL_WEBHOOK_SECRET = ""
    assert post("postmark", postmark(to)) == 404
    assert replies() == []


def test_what_could_not_be_stored_is_sent_again_and_then_kept(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    to = address_of(sent(ticket))

    def fail(*_arguments: Any) -> None:
        raise RuntimeError("once")

    with monkeypatch.context() as patched:
        patched.setattr(effects, "customer_wrote", fail)
        assert post("postmark", postmark(to)) == 500
    assert InboundMail.objects.get().left_for == "failed"
    assert post("postmark", postmark(to)) == 200
    assert replies() == [(ticket.pk, "Hello again")]
    assert InboundMail.objects.get().left_for == ""


ODD_RAW = {
    "parameters without an end": "Content-Type: text/plain" + ";" * 200_000 + "\n\nHello",
    "parts inside parts": "Content-Type: message/rfc822\n\n" * 3_000,
    "brackets inside brackets": f"Content-Type: multipart/mixed {'(' * 50_000}\n\nHello",
    "letters of eight bits": "Content-Type: text/plain; charset=utf-8\n\nHello, café",
}


@pytest.mark.parametrize("name", ODD_RAW)
def test_a_posted_mail_that_is_whole_holds_up_nobody_and_is_not_lost(ticket: Ticket, name: str) -> None:
    head = f"From: customer1@example.com\nTo: {address_of(sent(ticket))}\nMessage-ID: <odd@kunde.dk>\n"
    began = time.monotonic()
    assert post("postmark", postmark("care@nordlys.dk", RawEmail=head + ODD_RAW[name])) == 200
    assert time.monotonic() - began < 3
    ((on, text),) = replies()
    assert on == ticket.pk
    assert "Hello" in text or name == "parts inside parts"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Headers", [{"Name": "Message-ID", "Value": "<"}, {"Name": "X-A", "Value": "a\r\nBcc: x@y.dk"}]),
        ("Subject", "One line\r\nBcc: all@x.dk"), ("FromFull", {"Email": "customer1@example.com", "Name": "(" * 900}),
        ("TextBody", "Hello \ud83d again"), ("Subject", "Caf\xe9 \ud83d"), ("TextBody", "Hello \0 again"),
        ("Subject", "\0"),
        ("FromFull", {"Email": "customer1@example.com", "Name": "Ann \0"}), ("HtmlBody", "\0 \x1b"),
    ],
)  # fmt: skip
def test_a_posted_mail_with_odd_headers_is_not_lost(ticket: Ticket, field: str, value: Any) -> None:
    assert post("postmark", postmark(address_of(sent(ticket))) | {field: value}) == 200
    ((on, text),) = replies()
    assert (on, text.startswith("Hello")) == (ticket.pk, True)
    subject = Message.objects.get(direction="in").subject
    assert "\n" not in subject
    assert value != "Caf\xe9 \ud83d" or subject == "Café ?"
