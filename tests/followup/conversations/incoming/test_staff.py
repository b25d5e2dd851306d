"""The owner is mailed that the customer wrote, and may answer that mail from their own mail program."""

from typing import Any

import pytest
from django.core import mail as outbox
from django.utils import translation

from followup.conversations.incoming import staff_mail
from followup.conversations.models import Message
from followup.history import chain
from followup.models import Notice, Ticket
from nps_project.accounts.models import User
from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.reply_header import reply_to_of
from tests.factories import client_of, make_user
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db


def told() -> list[Delivery]:
    return list(Delivery.objects.filter(template="ticket_wrote").order_by("pk"))


@pytest.fixture
def answered_at(ticket: Ticket, bea: User, take: Take) -> str:
    """The address at which Bea answers the mail that told her."""
    take(mail("It is broken again.", to=address_of(sent(ticket))))
    (address,) = reply_to_of(told()[0])
    return address


def notes(ticket: Ticket) -> list[tuple[User | None, str]]:
    return [(one.actor, one.text_row.text) for one in ticket.activities.filter(kind="note").order_by("number")]


def answer(text: str, to: str, **more: Any) -> bytes:
    return mail(text, to=to, **({"sender": "bea@example.com", "message_id": "<b@x>"} | more))


@pytest.mark.usefixtures("answered_at")
def test_the_owner_is_mailed_with_the_customers_words(bea: User, settings: Any) -> None:
    (delivery,) = told()
    assert delivery.to_address == bea.email
    assert "It is broken again." in delivery.body_text
    assert "To the customer:" in delivery.body_text
    settings.MAIL_IS_STORED_ONLY = False
    Delivery.objects.update(to_address="bea@nordlys.dk")
    sending.send_one(delivery.pk)
    assert outbox.outbox[0].reply_to[0].startswith("care+")
    assert outbox.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_without_a_reply_address_an_answer_is_not_offered(ticket: Ticket, take: Take, settings: Any) -> None:
    to = address_of(sent(ticket))
    out = Message.objects.get()
    settings.REPLY_ADDRESS = ""
    take(mail("Hello", to=to, extra=f"In-Reply-To: <{out.message_id}>\n"))
    assert reply_to_of(told()[0]) == []
    assert "becomes a note" not in told()[0].body_text
    assert "To the customer" not in told()[0].body_text


def test_many_mails_of_a_robot_mail_the_owner_three_times(ticket: Ticket, take: Take) -> None:
    to = address_of(sent(ticket))
    for number in range(6):
        take(mail(f"Beep {number}", to=to, message_id=f"<{number}@robot>"))
    assert len(told()) == 3


def test_a_flood_over_many_tickets_fills_nobodys_mailbox(ticket: Ticket, bea: User, take: Take) -> None:
    mails = (
        Delivery(
            template="ticket_wrote", to_address=bea.email, about=f"ticket:{10_000 + number}", dedupe_key=str(number)
        )
        for number in range(60)
    )
    Delivery.objects.bulk_create(mails)
    take(mail("And this one", to=address_of(sent(ticket))))
    assert len(told()) == 60
    assert Notice.objects.filter(person=bea, kind="wrote").exists(), "the bell rings all the same"


def test_a_colleagues_answer_becomes_a_note(ticket: Ticket, bea: User, take: Take, answered_at: str) -> None:
    raw = answer(
        "I called her. @nobody-here\n\nOn Mon, Nov 23, 2026 at 10:15, Winback wrote:\n> The customer", answered_at
    )
    row = take(raw)
    take(raw)
    assert (row.left_for, row.stays) == ("", False)
    assert notes(ticket) == [(bea, "I called her. @nobody-here")]
    assert Message.objects.filter(direction="in").count() == 1
    assert list(chain.verify([ticket.pk])) == []


@pytest.mark.parametrize("line", staff_mail.TO_CUSTOMER.values())
def test_what_is_for_the_customer_waits_for_a_click(
    ticket: Ticket, bea: User, take: Take, answered_at: str, line: str
) -> None:
    take(answer(f"{line.upper()}\n\nDear Ann,\nwe come at nine.", answered_at, subject="Re: x\n Bcc: all@x.dk"))
    prepared = Message.objects.filter(direction="out").latest("pk")
    assert (prepared.text, prepared.author, prepared.is_accepted) == ("Dear Ann,\nwe come at nine.", bea, False)
    assert prepared.to_address == "customer1@example.com"
    assert "\n" not in prepared.subject
    assert not Delivery.objects.filter(to_address="customer1@example.com").exists()
    assert now_of(ticket).next_contact_due_at is not None


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_another_sender_an_automatic_mail_and_who_left_write_no_note(
    ticket: Ticket, bea: User, take: Take, answered_at: str
) -> None:
    assert take(answer("x", answered_at, sender="eve@example.com", message_id="<1@x>")).stays
    assert (
        take(answer("x", answered_at, extra="Auto-Submitted: auto-replied\n", message_id="<2@x>")).left_for == "nobodys"
    )
    token = answered_at.partition("+")[2].partition("@")[0]
    assert take(answer("x", answered_at.replace(token, "a" * 42), message_id="<3@x>")).stays
    bea.is_active = False
    bea.save()
    assert take(answer("x", answered_at, message_id="<4@x>")).stays
    assert notes(ticket) == []


def test_each_language_names_the_line_that_is_read() -> None:
    for language, line in staff_mail.TO_CUSTOMER.items():
        with translation.override(language):
            assert translation.gettext("To the customer:") == line


def waits_for(person: User) -> bool:
    return Notice.objects.filter(person=person, kind="prepared", read_at=None).exists()


@pytest.mark.parametrize("action", ["send", "drop"])
def test_the_bell_rings_until_a_prepared_mail_is_sent_or_dropped(
    ticket: Ticket, bea: User, take: Take, answered_at: str, action: str
) -> None:
    take(answer("To the customer: we send a new one.", answered_at))
    assert waits_for(bea)
    prepared = Message.objects.get(is_accepted=False)
    client_of(bea).post(f"/desk/mail/{prepared.pk}/{action}/")
    assert not waits_for(bea)


def test_who_decides_too_late_about_a_prepared_mail_reads_so(
    ticket: Ticket, bea: User, take: Take, answered_at: str
) -> None:
    take(answer("To the customer: we send a new one.", answered_at))
    prepared = Message.objects.get(is_accepted=False)
    client_of(bea).post(f"/desk/mail/{prepared.pk}/send/", {"of": ticket.pk})
    late = client_of(make_user("carl"))
    answered = late.post(f"/desk/mail/{prepared.pk}/drop/", {"of": ticket.pk}, follow=True)
    assert "Somebody has decided about this mail already." in answered.content.decode()
    assert late.post(f"/desk/mail/{prepared.pk}/drop/", {"of": 999_999}).status_code == 404
    assert late.post(f"/desk/mail/{prepared.pk}/drop/").status_code == 404


def test_the_subject_of_a_prepared_mail_is_never_that_of_the_mail_to_staff(
    ticket: Ticket, bea: User, take: Take, answered_at: str
) -> None:
    Message.objects.update(subject="")  # the customer wrote on their page
    take(answer("To the customer: we send a new one.", answered_at))
    prepared = Message.objects.get(is_accepted=False)
    assert "score" not in prepared.subject.lower()
    assert prepared.subject
