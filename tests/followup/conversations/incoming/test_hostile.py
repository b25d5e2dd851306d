"""Mails of people who mean ill, and of robots."""

import logging
import time

import pytest

from followup.conversations.incoming.content import files
from followup.conversations.models import Message
from followup.models import Notice, Ticket
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from tests.factories import client_of
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script> {{ 7|add:1 }} {% now 'Y' %}"


def the_reply() -> Message:
    return Message.objects.filter(direction="in").latest("pk")


def test_what_is_written_is_text_on_the_ticket(ticket: Ticket, bea: User, take: Take) -> None:
    raw = mail(f"{MARKUP}\0\u202e\x1b[31m", to=address_of(sent(ticket)), subject=f"Re: {MARKUP}")
    take(raw.replace(b"Ann Customer", b"<b>Ann</b>"))
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>Ann</b>" not in page
    assert "{{ 7|add:1 }}" in page
    assert not set("\0\u202e\x1b") & set(the_reply().text)


def test_a_subject_of_two_lines_is_one(ticket: Ticket, take: Take) -> None:
    take(mail("x", to=address_of(sent(ticket)), subject="=?utf-8?q?Re=3A_x=0D=0ABcc=3A_all=40x=2Edk?="))
    assert the_reply().subject == "Re: x Bcc: all@x.dk"


ODD = {
    "deep": "".join(f'--b{level}\nContent-Type: multipart/mixed; boundary="b{level + 1}"\n\n' for level in range(300)),
    "many parts": "--b0\n\nWhen do you call?\n" + "--b0\n\nx\n" * 2_100,
    "many lines": "--b0\n\nWhen do you call?\n" + "\n" * 1_000_100,
}


@pytest.mark.parametrize("name", ODD)
def test_a_mail_that_nobody_can_take_apart_is_on_its_ticket_as_it_came(
    name: str, ticket: Ticket, bea: User, take: Take
) -> None:
    raw = mail(ODD[name], to=address_of(sent(ticket)), kind='multipart/mixed; boundary="b0"')
    row, again = take(raw), take(raw)
    assert (row.left_for, again.pk) == ("", row.pk)
    found = Message.objects.get(ticket=ticket, direction="in")
    assert bytes(found.raw_mail.content) == raw
    assert found.is_accepted
    assert "When do you call?" in found.text or name == "deep"
    assert f"/desk/mail/{found.pk}/raw/" in client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_a_mail_of_many_files_keeps_some_and_names_the_others(ticket: Ticket, take: Take) -> None:
    part = "--B\nContent-Disposition: attachment; filename=f.txt\nContent-Type: text/plain\n\nx\n"
    take(mail(f"{part * 150}--B--", to=address_of(sent(ticket)), kind='multipart/mixed; boundary="B"'))
    found = the_reply().attachments.all()
    assert len(found) == 5 * files.MOST_FILES
    assert sum(hasattr(one, "content_row") for one in found) == files.MOST_FILES
    assert the_reply().text == ""


def test_a_mail_of_twenty_five_megabytes_is_taken_in_time(ticket: Ticket, bea: User, take: Take) -> None:
    line = "QUJD" * 19 + "\n"
    heads = "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment"
    part = f"--B\n{heads}\n\n{line * 330_000}"
    began = time.monotonic()
    take(mail(f"--B\n\nSee it\n{part}--B--", to=address_of(sent(ticket)), kind='multipart/mixed; boundary="B"'))
    assert time.monotonic() - began < 20
    file = the_reply().attachments.get()
    assert (file.size > files.LARGEST_BYTES, hasattr(file, "content_row")) == (True, False)
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "too large to be kept apart" in page


def test_nothing_of_a_mail_is_logged(ticket: Ticket, take: Take, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        take(mail("My secret words", to=address_of(sent(ticket)), subject="Secret subject"))
        take(mail("Other secrets", sender="x@y.dk", message_id="<2@x>"))
    for secret in ("secret", "customer1@", "x@y.dk", "Ann Customer"):
        said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
        assert secret not in "".join(said)


def test_two_robots_that_answer_each_other_end_after_three_mails(ticket: Ticket, take: Take) -> None:
    """The customer's robot answers each mail as a person would; the owner's robot answers each that tells of it."""
    to = address_of(sent(ticket))
    for number in range(20):
        take(mail(f"Your mail has reached us ({number})", to=to, message_id=f"<{number}@robot>"))
        take(
            mail(
                f"I am away ({number})", to=to, message_id=f"<a{number}@robot>", extra="Auto-Submitted: auto-replied\n"
            )
        )
    assert Delivery.objects.filter(template="ticket_wrote").count() == 3
    assert not Delivery.objects.exclude(template="ticket_wrote").filter(to_address="customer1@example.com").exists()
    assert Notice.objects.filter(kind="wrote", read_at=None).count() == 1


def test_a_mail_that_says_nothing_shows_its_files(ticket: Ticket, bea: User, take: Take) -> None:
    body = "--B\nContent-Type: application/pdf; name=invoice.pdf\nContent-Disposition: attachment\n\n%PDF-1.4 x\n--B--"
    take(mail(body, to=address_of(sent(ticket)), kind='multipart/mixed; boundary="B"'))
    file = the_reply().attachments.get()
    assert (file.name, file.content_type) == ("invoice.pdf", "application/pdf")
    assert "invoice.pdf" in client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
