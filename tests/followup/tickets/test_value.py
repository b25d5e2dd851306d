"""What a customer is worth moves their tickets, whenever it changes."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from followup.causes import services as causes
from followup.models import RootCause, Ticket
from followup.tickets import actions, attempts, opening
from surveys.contacts import services as contacts
from surveys.models import Contact
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_tickets_follow_the_value_of_their_customer() -> None:
    survey, contact, other = make_survey(), make_contact(1, value=100), make_contact(2, value=500)
    ticket, small = make_ticket(survey, 2, contact=contact), make_ticket(survey, 2, contact=other)
    program = Program()
    assert [row["id"] for row in program.every("tickets/?value_from=300")] == [small.pk]
    program.patch(f"contacts/{contact.pk}/", {"value": "50000"})
    assert [row["id"] for row in program.every("tickets/?value_from=1000")] == [ticket.pk]
    page = client_of(make_user("bea")).get("/desk/").content.decode()
    assert page.index(f"/desk/tickets/{ticket.pk}/") < page.index(f"/desk/tickets/{small.pk}/")
    assert "50,000" in page
    program.patch(f"contacts/{contact.pk}/", {"value": None})
    ticket.refresh_from_db()
    assert ticket.value_rank == 0


def test_a_ticket_that_is_opened_again_has_the_value_of_today() -> None:
    causes.ensure_defaults()
    bea, contact = make_user("bea"), make_contact(1, value=100)
    ticket = make_ticket(make_survey(), 2, contact=contact)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    actions.resolve(ticket_id=ticket.pk, by=bea, outcome="kept", root_cause=RootCause.objects.all()[0])
    contacts.save_contact(contact, {"value": Decimal(900)})
    actions.reopen(ticket_id=ticket.pk, by=bea, reason="called again")
    assert Ticket.objects.get().value_rank == -900


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_opens_while_the_value_changes_has_the_new_one() -> None:
    contact = make_contact(1, value=100)
    answer = make_answer(make_survey(), 2, contact=contact)

    def open_it() -> None:
        try:
            opening.open_for_response(answer.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=open_it)
    with transaction.atomic():
        contacts.save_contact(Contact.objects.get(), {"value": Decimal(900)})
        thread.start()
        thread.join(1)
        assert thread.is_alive(), "it waits for the change"
    thread.join(20)
    assert Ticket.objects.get().value_rank == -900
