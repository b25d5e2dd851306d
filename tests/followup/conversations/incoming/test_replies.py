"""A mail lands on its ticket, and the ticket follows it."""

import pytest
from django.utils import timezone

from followup.conversations.models import Message
from followup.history import chain
from followup.models import Notice, RootCause, Ticket, TicketStatus
from followup.tickets import actions
from nps_project.accounts.models import User
from nps_project.deliveries.inbound.models import MailSource
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db

QUOTE = "\n\nOn Mon, Nov 23, 2026 at 10:15 AM Bea <bea@nordlys.dk> wrote:\n> We are sorry.\n> Bea"


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def resolve(ticket: Ticket, by: User) -> None:
    actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=RootCause.objects.filter(is_active=True)[0])


def the_reply() -> Message:
    return Message.objects.get(direction="in")


def test_a_reply_to_the_signed_address_is_on_its_ticket_and_reopens_it(ticket: Ticket, bea: User, take: Take) -> None:
    out = sent(ticket)
    resolve(ticket, bea)
    before = timezone.now()
    row = take(mail(f"It is broken again.{QUOTE}", to=address_of(out)))
    assert (row.left_for, row.stays, row.from_address, row.subject) == ("", False, "", "")
    reply = the_reply()
    assert (reply.ticket_id, reply.text, reply.status) == (ticket.pk, "It is broken again.", "received")
    assert reply.quoted.startswith("On Mon, Nov 23")
    assert (reply.is_accepted, reply.is_automatic, reply.from_name) == (True, False, "Ann Customer")
    after = now_of(ticket)
    assert (after.status, after.outcome) == (TicketStatus.CONTACTED, None)
    assert after.next_contact_due_at is not None
    assert after.next_contact_due_at > before
    entry = after.activities.latest("number")
    assert (entry.kind, entry.data) == (
        "customer_wrote", {"message": reply.pk, "channel": "mail", "was": "kept"},
    )  # fmt: skip
    assert Notice.objects.get(kind="wrote").person == bea
    assert b"It is broken again." in bytes(reply.raw_mail.content)
    assert list(chain.verify([ticket.pk])) == []


@pytest.mark.parametrize(
    "header", ["In-Reply-To: <ID>\n", "References: <other@x.dk> <ID>\n", "References: <ID> <x@y>\n"]
)
def test_a_reply_is_known_by_the_message_that_it_answers(ticket: Ticket, take: Take, header: str) -> None:
    out = sent(ticket)
    take(mail("Hello", to="care@nordlys.dk", extra=header.replace("ID", out.message_id)))
    assert the_reply().ticket_id == ticket.pk


def test_a_reply_is_known_by_the_mark_in_what_it_quotes(ticket: Ticket, take: Take) -> None:
    mark = address_of(sent(ticket)).partition("+")[2].partition("@")[0]
    take(mail(f"Hello\n\nOn 23 Nov 2026, at 10:15, Bea wrote:\n> Bea\n> [{mark.upper()}]"))
    assert the_reply().ticket_id == ticket.pk


def test_a_number_in_the_subject_and_a_forged_token_find_nothing(ticket: Ticket, take: Take) -> None:
    out = sent(ticket)
    forged = address_of(out).replace("+", "+a", 1)
    broken = f"care+{'a' * 42}@nordlys.dk"
    for number, to in enumerate((forged, broken, "care@nordlys.dk")):
        row = take(mail("Hi", to=to, subject=f"Re: Ticket #{ticket.pk}", message_id=f"<{number}@x>", sender="x@y.dk"))
        assert (row.left_for, row.stays) == ("", True)
    found = Message.objects.filter(direction="in")
    assert {(one.ticket_id, one.status) for one in found} == {(None, "waiting")}
    assert now_of(ticket).history_count == ticket.history_count


def test_another_senders_reply_waits_and_moves_nothing(ticket: Ticket, bea: User, take: Take) -> None:
    out = sent(ticket)
    resolve(ticket, bea)
    take(mail("I am her brother", to=address_of(out), sender="brother@else.dk"))
    reply = the_reply()
    assert (reply.ticket_id, reply.status, reply.is_accepted) == (ticket.pk, "waiting", False)
    after = now_of(ticket)
    assert after.is_resolved
    assert after.next_contact_due_at is None
    assert after.activities.latest("number").data["is_other"] is True
    assert Notice.objects.filter(kind="wrote").count() == 1


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied\n", "X-Autoreply: yes\n", "Return-Path: <>\n"])
def test_an_automatic_mail_is_logged_and_nothing_else(ticket: Ticket, bea: User, take: Take, header: str) -> None:
    out = sent(ticket)
    resolve(ticket, bea)
    row = take(mail("I am away", to=address_of(out), extra=header))
    assert (row.left_for, row.stays) == ("", False)
    reply = the_reply()
    assert (reply.ticket_id, reply.is_automatic, reply.status) == (ticket.pk, True, "received")
    after = now_of(ticket)
    assert (after.is_resolved, after.activities.latest("number").kind) == (True, "automatic_mail")
    assert not Notice.objects.exists()


def test_a_mail_that_comes_twice_and_by_another_way_is_one(ticket: Ticket, take: Take) -> None:
    other = MailSource.objects.create(name="postmark", kind="service")
    raw = mail("Hello again", to=address_of(sent(ticket)))
    take(raw)
    take(raw)
    take(b"Received: by elsewhere\r\n" + raw)
    take(raw.replace(b"Hello again", b"Hello  again\r\n"), source=other)
    assert Message.objects.filter(direction="in").count() == 1
    assert now_of(ticket).history_count == ticket.history_count + 1


def test_a_mail_of_nobody_is_listed_with_who_it_may_be(ticket: Ticket, take: Take) -> None:
    row = take(mail("Where is my parcel?", to="care@nordlys.dk"))
    assert row.stays
    reply = the_reply()
    assert (reply.ticket, reply.contact_id, reply.status) == (None, ticket.response.contact_id, "waiting")


def test_an_automatic_mail_of_nobody_is_left_as_before(take: Take) -> None:
    row = take(mail("Out of office", extra="Auto-Submitted: auto-replied\n"))
    assert row.left_for == "nobodys"
    assert not Message.objects.exists()
