"""What it does to a ticket that its customer writes, or says how it stands."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from followup.causes import services as causes
from followup.conversations import effects
from followup.conversations.models import Message
from followup.history import chain
from followup.models import Absence, CustomerSaid, Notice, RootCause, Ticket, TicketStatus
from followup.presentation.wording import reason
from followup.tickets import actions, attempts
from nps_project.accounts.models import User
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def ticket(bea: User) -> Ticket:
    """Contacted, and Bea's."""
    causes.ensure_defaults()
    made = make_ticket(make_survey(), 2, contact=make_contact(1))
    actions.claim(ticket_id=made.pk, by=bea)
    attempts.log_attempt(ticket_id=made.pk, by=bea, result="reached")
    return Ticket.objects.get(pk=made.pk)


def wrote(ticket: Ticket, **fields: object) -> Ticket:
    at = timezone.now()
    with transaction.atomic():
        locked = actions.lock(ticket.pk)
        message = Message.objects.create(
            ticket=locked, direction="in", channel="case", status="received", text="And now?", at=at, **fields
        )
        effects.customer_wrote(locked, message, at)
    return Ticket.objects.get(pk=ticket.pk)


def said(ticket: Ticket, what: CustomerSaid) -> bool:
    with transaction.atomic():
        return effects.customer_said(actions.lock(ticket.pk), what, timezone.now())


def resolve(ticket: Ticket, by: User) -> None:
    cause = RootCause.objects.filter(is_active=True)[0]
    actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=cause)


def test_a_message_wants_an_answer_by_the_plays_hours_and_tells_the_owner(ticket: Ticket, bea: User) -> None:
    before = timezone.now()
    after = wrote(ticket)
    assert after.next_contact_due_at is not None
    assert abs(after.next_contact_due_at - before - 24 * HOUR) < timedelta(minutes=1)
    assert after.deadline == after.next_contact_due_at
    assert [(notice.person, notice.kind) for notice in Notice.objects.filter(ticket=ticket)] == [(bea, "wrote")]
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    assert Ticket.objects.get(pk=ticket.pk).next_contact_due_at is None
    assert list(chain.verify([ticket.pk])) == []


def test_who_says_not_fixed_and_then_fixed_is_not_said_to_have_written(ticket: Ticket, bea: User) -> None:
    resolve(ticket, bea)
    said(ticket, CustomerSaid.NOT_FIXED)
    said(ticket, CustomerSaid.FIXED)
    assert reason(Ticket.objects.get(pk=ticket.pk), timezone.now()) == "waits for an answer, says that it is fixed"


def test_a_message_reopens_a_resolved_ticket_and_ends_waiting(ticket: Ticket, bea: User) -> None:
    actions.wait(ticket_id=ticket.pk, by=bea, until=timezone.now() + 48 * HOUR)
    after = wrote(ticket)
    assert (after.status, after.waiting_until) == (TicketStatus.CONTACTED, None)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    resolve(ticket, bea)
    after = wrote(ticket)
    assert (after.status, after.outcome, after.resolved_at) == (TicketStatus.CONTACTED, None, None)
    assert after.next_contact_due_at is not None


def test_thanks_reopen_nothing(ticket: Ticket, bea: User) -> None:
    resolve(ticket, bea)
    after = wrote(ticket, is_thanks=True)
    assert after.is_resolved
    assert not Notice.objects.exists()
    assert after.activities.latest("number").kind == "customer_wrote"


def test_a_second_message_moves_no_deadline_and_leaves_one_notice(ticket: Ticket) -> None:
    first = wrote(ticket).next_contact_due_at
    assert wrote(ticket).next_contact_due_at == first
    assert Notice.objects.filter(kind="wrote", read_at=None).count() == 1


def test_who_stands_in_is_told(ticket: Ticket, bea: User) -> None:
    today = timezone.localdate()
    cai = make_user("cai")
    day = timedelta(days=1)
    Absence.objects.create(person=bea, first_day=today - day, last_day=today + day, stand_in=cai)
    wrote(ticket)
    assert [notice.person for notice in Notice.objects.all()] == [cai]


def test_not_fixed_reopens_with_a_clock_and_fixed_only_marks(ticket: Ticket, bea: User) -> None:
    resolve(ticket, bea)
    assert said(ticket, CustomerSaid.FIXED)
    assert not said(ticket, CustomerSaid.FIXED)
    ticket.refresh_from_db()
    assert (ticket.customer_said, ticket.is_resolved) == ("fixed", True)
    assert said(ticket, CustomerSaid.NOT_FIXED)
    ticket.refresh_from_db()
    assert (ticket.customer_said, ticket.status) == ("not_fixed", TicketStatus.CONTACTED)
    assert ticket.next_contact_due_at is not None
    assert not said(ticket, CustomerSaid.NOT_FIXED)
    resolve(ticket, bea)
    assert said(ticket, CustomerSaid.NOT_FIXED)
    ticket.refresh_from_db()
    assert not ticket.is_resolved
    kinds = list(ticket.activities.filter(kind="customer_said").order_by("number").values_list("data", flat=True))
    assert kinds == [{"said": "fixed"}, {"said": "not_fixed", "was": "kept"}, {"said": "not_fixed", "was": "kept"}]


def test_not_fixed_has_a_clock_where_the_play_has_no_reply_hours(ticket: Ticket, bea: User) -> None:
    type(ticket.play).objects.filter(pk=ticket.play_id).update(reply_hours=None)
    assert wrote(ticket).next_contact_due_at is None
    resolve(ticket, bea)
    said(ticket, CustomerSaid.NOT_FIXED)
    ticket.refresh_from_db()
    assert ticket.next_contact_due_at is not None


def test_the_queue_shows_what_the_customer_wrote_while_they_wait_for_an_answer(ticket: Ticket, bea: User) -> None:
    client = client_of(bea)
    wrote(ticket, quoted="")
    Message.objects.update(text="<b>Where</b> is it?")
    assert "&lt;b&gt;Where&lt;/b&gt; is it?" in client.get("/desk/").content.decode()
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    assert "is it?" not in client.get("/desk/").content.decode()
    wrote(ticket)
    Message.objects.filter(text="And now?").update(is_thanks=True)
    assert "And now?" not in client.get("/desk/").content.decode()


def test_the_history_says_what_the_customer_did_and_what_it_did_to_the_ticket(ticket: Ticket, bea: User) -> None:
    resolve(ticket, bea)
    wrote(ticket)
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "The customer wrote: the ticket is open again" in words
    assert "the ticket is open again automatically" not in words
    assert "Opened: score 2 automatically" in words
