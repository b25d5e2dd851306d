"""A person's mail leaves by a real mail server, counts as the contact then, and no longer when it comes back."""

from base64 import b64decode
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from followup.clocks import recompute
from followup.conversations import tokens
from followup.conversations.files.storing import NewFile
from followup.conversations.models import Message
from followup.conversations.writing import arriving, outcomes, services
from followup.conversations.writing.services import Draft
from followup.history import chain
from followup.models import Attempt, Notice, Ticket
from followup.tickets import attempts
from nps_project.accounts.models import User
from nps_project.deliveries import results, sending
from nps_project.deliveries.inbound import addresses, events, sources
from nps_project.deliveries.inbound.addresses import Meaning, Use
from nps_project.deliveries.inbound.events import MailEvent, Outcome
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.refusals import RefusedAs
from surveys.models import Contact
from tests.factories import client_of
from tests.nps_project.deliveries import mail_service
from tests.nps_project.deliveries.mail_server import DROP, MailServer

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
PDF = b"%PDF-1.7\n" + bytes(range(256))


def write(ticket: Ticket, by: User, text: str = "Kære Karin,\n\nvi ringer.", **draft: Any) -> Message:
    return services.write(ticket_id=ticket.pk, by=by, draft=Draft("Undskyld fra os", text, **draft))


def send(message: Message, after: timedelta = SECOND) -> Message:
    with time_machine.travel((message.send_at or message.at) + after, tick=False):
        sending.send_due(timezone.now())
    return Message.objects.get(pk=message.pk)


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def tell(message: Message, outcome: Outcome, at: datetime, kind: RefusedAs | None = None) -> None:
    events.take(MailEvent(outcome, f"message:{message.pk}", at, kind), "one")


def body_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_with_a_file_arrives_with_headers_by_which_its_answer_finds_it(
    server: MailServer, ticket: Ticket, agent: User, settings: Any
) -> None:
    settings.REPLY_ADDRESS, settings.BOUNCE_ADDRESS = "care@nordlys.dk", "bounce@mail.nordlys.dk"
    wrote = Message.objects.create(
        ticket=ticket, direction="in", status="received", from_address="karin@nordlys.dk", message_id="b@kunde.dk",
        references=["a@nordlys.dk", "no id\r\nBcc: all@nordlys.dk"],
    )  # fmt: skip
    message = write(ticket, agent, files=[NewFile("Tilbud æøå.pdf", PDF), NewFile("note.txt", "Tak æ".encode())])
    send(message, -SECOND)
    assert server.taken == []
    assert send(message).status == "sent"
    (mail,) = server.taken
    token = tokens.reply_token(message)
    assert mail["From"] == "Nordlys <ask@nordlys.dk>"
    assert mail["To"] == "karin@nordlys.dk"
    assert mail["Subject"] == "Undskyld fra os"
    assert mail["Reply-To"] == f"care+{token}@nordlys.dk"
    assert mail["Message-ID"] == f"<{message.message_id}>"
    assert mail["In-Reply-To"] == f"<{wrote.message_id}>"
    assert mail["References"] == "<a@nordlys.dk> <b@kunde.dk>"
    assert mail["Content-Language"] == "da"
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None
    assert mail["Bcc"] is None
    assert server.senders == [f"bounce+{tokens.bounce_token(message)}@mail.nordlys.dk"]
    files = {part.get_filename(): part for part in mail.iter_attachments()}
    assert files["Tilbud æøå.pdf"].get_content() == PDF
    assert files["Tilbud æøå.pdf"].get_content_type() == "application/pdf"
    assert files["note.txt"].get_content().strip() == "Tak æ"
    assert body_of(mail, "plain").startswith("Kære Karin,\n\nvi ringer.\n\n-- \nNordlys\n")
    assert "vi ringer." in body_of(mail, "html")
    for text in (body_of(mail, "plain"), body_of(mail, "html")):
        assert [tokens.message_of_token(found.upper()) for found in tokens.marks_in(text)] == [message]
    assert addresses.meaning_of(tokens.bounce_token(message).upper()) == Meaning(Use.BOUNCE, f"message:{message.pk}")
    assert addresses.meaning_of(token) is None or addresses.meaning_of(token) != Meaning(Use.BOUNCE, "message:1")


def test_without_an_address_for_replies_they_go_to_the_owner(server: MailServer, ticket: Ticket, agent: User) -> None:
    send(write(ticket, agent))
    assert server.taken[0]["Reply-To"] == agent.email
    assert server.senders == ["ask@nordlys.dk"]


def test_what_is_written_is_text_in_both_parts_whatever_it_looks_like(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    text = "שלום\n\n<script>alert(1)</script> & {{ 7 }} https://nordlys.dk/a?b=1&c=2\n.\nend"
    send(write(ticket, agent, text))
    html = body_of(server.taken[0], "html")
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 }}" in html
    assert 'dir="rtl"' in html
    assert body_of(server.taken[0], "plain").startswith(text)


def test_taken_back_within_ten_seconds_nothing_leaves(server: MailServer, ticket: Ticket, agent: User) -> None:
    message = write(ticket, agent)
    services.take_back(message_id=message.pk, by=agent)
    assert send(message, timedelta(hours=1)).status == "cancelled"
    assert server.taken == []
    assert not Attempt.objects.exists()


def test_the_first_mail_counts_as_the_contact_when_it_left_and_not_before(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    message = write(ticket, agent)
    assert now_of(ticket).first_contact_at is None
    message = send(message)
    attempt = Attempt.objects.get()
    assert (attempt.result, attempt.channel, attempt.counts, attempt.by) == ("sent", "email", True, agent)
    assert now_of(ticket).first_contact_at == message.sent_at == attempt.at
    assert now_of(ticket).status == "contacted"
    sending.send_due(timezone.now() + timedelta(hours=1))
    assert len(server.taken) == 1
    assert Attempt.objects.count() == 1


def test_a_mail_that_comes_back_takes_the_contact_back(server: MailServer, ticket: Ticket, agent: User) -> None:
    message = send(write(ticket, agent))
    tell(message, Outcome.DELIVERED, timezone.now())
    assert Message.objects.get().status == "delivered"
    for _time in range(2):
        tell(message, Outcome.BOUNCED, timezone.now(), RefusedAs.ADDRESS)
    tell(message, Outcome.DELIVERED, timezone.now())
    assert Message.objects.get().status == "bounced"
    assert now_of(ticket).first_contact_at is None
    assert now_of(ticket).status == "open"
    assert kinds(ticket)[-3:] == ["mail_written", "attempt", "bounced"]
    assert Contact.objects.get().bounced_at is not None
    assert list(chain.verify([ticket.pk])) == []
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Came back" in page
    assert "The last mail to this address came back." in page


def test_a_bounce_that_comes_before_the_word_of_its_leaving_leaves_no_contact(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    message = write(ticket, agent)
    tell(message, Outcome.BOUNCED, timezone.now(), RefusedAs.ADDRESS)
    Delivery.objects.update(status="in_flight")
    results.finish(Delivery.objects.get(), "sent")
    assert Message.objects.get().status == "bounced"
    assert not Attempt.objects.exists()


def test_an_address_that_the_server_refuses_came_back(server: MailServer, ticket: Ticket, agent: User) -> None:
    server.answers = ["550 5.1.1 No such user"]
    assert send(write(ticket, agent)).status == "bounced"
    assert kinds(ticket)[-2:] == ["mail_written", "mail_not_sent"]
    assert now_of(ticket).first_contact_at is None
    assert Contact.objects.get().bounced_at is not None
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Came back: there is no such address" in page


def test_of_a_server_that_cut_the_line_nobody_knows_and_it_is_not_sent_twice(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    server.on_data = lambda _address: DROP
    message = send(write(ticket, agent))
    assert message.status == "unknown"
    send(message, timedelta(hours=1))
    assert len(server.taken) == 1
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Unknown whether it left" in page
    assert f"?again={message.pk}#mail" in page
    tell(message, Outcome.DELIVERED, timezone.now())
    assert Message.objects.get().status == "delivered"
    assert now_of(ticket).first_contact_at is not None


def test_of_a_worker_that_was_killed_while_it_sent_nobody_knows(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    message = write(ticket, agent)
    Delivery.objects.update(status="in_flight", claimed_at=timezone.now())
    send(message, timedelta(minutes=11))
    assert Message.objects.get().status == "unknown"
    assert server.taken == []
    assert kinds(ticket)[-1] == "mail_not_sent"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"do_not_contact": True}, "the customer does not want to be contacted any more"),
        ({"email": "new@nordlys.dk"}, "the customer has another address since it was written"),
    ],
)
def test_what_came_meanwhile_keeps_it_from_leaving(
    server: MailServer, ticket: Ticket, agent: User, fields: dict[str, Any], words: str
) -> None:
    message = write(ticket, agent)
    Contact.objects.update(**fields)
    assert send(message).status == "failed"
    assert server.taken == []
    assert words in client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_without_a_mail_server_it_lies_in_the_outbox_and_counts_as_nothing(ticket: Ticket, agent: User) -> None:
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "No mail server is set (EMAIL_URL)" in page
    message = send(write(ticket, agent))
    assert message.status == "failed"
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.subject) == ("stored", "Undskyld fra os")
    assert "vi ringer." in delivery.body_html
    assert not Attempt.objects.exists()


def test_a_mail_ends_what_the_customer_waits_for(server: MailServer, ticket: Ticket, agent: User) -> None:
    attempts.log_attempt(ticket_id=ticket.pk, by=agent, result="reached")
    at = timezone.now()
    Message.objects.create(ticket=ticket, direction="in", status="received", at=at)
    waiting = now_of(ticket)
    recompute.start_reply(waiting, at)
    waiting.save()
    assert now_of(ticket).next_contact_due_at is not None
    message = send(write(ticket, agent))
    assert now_of(ticket).next_contact_due_at is None
    tell(message, Outcome.BOUNCED, timezone.now(), RefusedAs.FULL)
    assert now_of(ticket).next_contact_due_at is not None


def test_after_a_restore_nobody_knows_what_left_and_nothing_is_sent_twice(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    message = write(ticket, agent)
    assert outcomes.hold_after_restore(timezone.now()) == 1
    assert outcomes.hold_after_restore(timezone.now()) == 0
    assert send(message, timedelta(hours=1)).status == "unknown"
    assert server.taken == []
    assert kinds(ticket)[-1] == "mail_not_sent"


def test_a_mail_service_gets_the_files_and_where_the_answer_goes(ticket: Ticket, agent: User, settings: Any) -> None:
    settings.REPLY_ADDRESS = "care@nordlys.dk"
    with mail_service.running(settings) as service:
        message = write(ticket, agent, files=[NewFile("æ.pdf", PDF)])
        assert send(message).status == "sent"
    (taken,) = service.taken
    headers = {header["Name"]: header["Value"] for header in taken["Headers"]}
    assert taken["ReplyTo"] == f"care+{tokens.reply_token(message)}@nordlys.dk"
    assert headers["Message-ID"] == f"<{message.message_id}>"
    assert "Auto-Submitted" not in headers
    (file,) = taken["Attachments"]
    assert (file["Name"], file["ContentType"], b64decode(file["Content"])) == ("æ.pdf", "application/pdf", PDF)
    assert taken["Metadata"] == {"delivery": str(message.public_id)}


def test_what_does_not_come_back_in_three_days_has_arrived_where_bounces_are_read(
    server: MailServer, ticket: Ticket, agent: User
) -> None:
    message = send(write(ticket, agent))
    assert message.sent_at is not None
    due = message.sent_at + timedelta(hours=72)
    assert arriving.mark_arrived(due) == 0  # nobody would have seen it come back
    sources.heard("postmark", due)
    assert arriving.mark_arrived(due - SECOND) == 0
    assert arriving.mark_arrived(due) == 1
    assert Message.objects.get().status == "delivered"
    tell(message, Outcome.BOUNCED, due + SECOND, RefusedAs.ADDRESS)
    assert Message.objects.get().status == "bounced"


# What the writer hears of it


def bell(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person, read_at=None).order_by("pk").values_list("kind", flat=True))


def test_the_writer_of_a_mail_that_never_left_hears_of_it(ticket: Ticket, agent: User, server: MailServer) -> None:
    message = write(ticket, agent, send_at=timezone.now() + timedelta(hours=9))
    Contact.objects.update(do_not_contact=True)
    assert send(message).status == "failed"
    assert bell(agent) == ["unsent"]
    assert server.taken == []
    page = client_of(agent).get("/desk/notices/").content.decode()
    assert "Your mail did not reach the customer" in page


def test_the_writer_of_a_mail_that_came_back_hears_of_it_once(ticket: Ticket, agent: User, server: MailServer) -> None:
    message = send(write(ticket, agent))
    assert bell(agent) == []
    for _time in range(2):
        tell(message, Outcome.BOUNCED, timezone.now(), RefusedAs.ADDRESS)
    assert bell(agent) == ["unsent"]


@pytest.mark.usefixtures("server")
def test_a_complaint_is_heard_as_the_wish_to_be_asked_no_more(ticket: Ticket, agent: User) -> None:
    message = send(write(ticket, agent))
    for _time in range(2):
        tell(message, Outcome.COMPLAINED, timezone.now())
    assert Contact.objects.get().unsubscribed_at is not None
    assert bell(agent) == ["spam"]
    assert kinds(ticket).count("mail_complained") == 1
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Reported as spam" in page
    assert "Call them, rather than write." in page
    assert list(chain.verify([ticket.pk])) == []
    assert write(ticket, agent).status == "queued"  # a person may still write


@pytest.mark.usefixtures("server")
def test_who_unsubscribes_by_their_mail_program_is_asked_no_more_and_nobody_is_alarmed(
    ticket: Ticket, agent: User
) -> None:
    tell(send(write(ticket, agent)), Outcome.UNSUBSCRIBED, timezone.now())
    assert Contact.objects.get().unsubscribed_at is not None
    assert bell(agent) == []


def test_a_mail_that_the_server_did_not_take_yet_says_when_it_is_tried_again(
    ticket: Ticket, agent: User, server: MailServer
) -> None:
    server.on_rcpt = lambda _address: "451 4.3.0 later"
    message = send(write(ticket, agent))
    assert message.status == "queued"
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Not left yet: the mail server did not take it" in page
    assert "It is tried again" in page
    assert "Leaves in a moment" not in page
    assert "Take back" in page
