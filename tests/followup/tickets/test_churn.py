"""On a ticket people say that its customer has left, and take it back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from followup.errors import InvalidAction, WrongState
from followup.history import chain
from followup.tickets.customers import churn
from surveys.models import Contact
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_a_customer_leaves_and_comes_back_with_history() -> None:
    ticket, bea = make_ticket(make_survey(), 2, contact=make_contact(1)), make_user("bea")
    churn.mark_left(ticket_id=ticket.pk, by=bea, on=date(2026, 3, 1))
    left = Contact.objects.get().churned_at
    assert left is not None
    assert timezone.localtime(left).date() == date(2026, 3, 1)
    with pytest.raises(WrongState):
        churn.mark_left(ticket_id=ticket.pk, by=bea, on=date(2026, 3, 2))
    churn.mark_not_left(ticket_id=ticket.pk, by=bea)
    assert Contact.objects.get().churned_at is None
    with pytest.raises(WrongState):
        churn.mark_not_left(ticket_id=ticket.pk, by=bea)
    assert [(entry.kind, entry.data) for entry in ticket.activities.order_by("number")][-2:] == [
        ("left", {"on": "2026-03-01"}),
        ("came_back", {}),
    ]
    assert list(chain.verify()) == []


def test_nobody_leaves_tomorrow_and_nobody_whom_nobody_knows() -> None:
    survey, bea = make_survey(), make_user("bea")
    known, unknown = make_ticket(survey, 2, contact=make_contact(1)), make_ticket(survey, 2)
    with pytest.raises(InvalidAction):
        churn.mark_left(ticket_id=known.pk, by=bea, on=timezone.localdate() + timedelta(days=2))
    with pytest.raises(WrongState):
        churn.mark_left(ticket_id=unknown.pk, by=bea, on=date(2026, 3, 1))
    assert not known.activities.filter(kind="left").exists()


def test_the_page_of_the_ticket_has_both() -> None:
    ticket, client = make_ticket(make_survey(), 2, contact=make_contact(1)), client_of(make_user("bea"))
    address = f"/desk/tickets/{ticket.pk}/"
    assert 'id="left"' in client.get(address).content.decode()
    assert client.post(f"{address}left/", {"on": "2999-01-01"}).status_code == 422
    assert "Choose today" in client.post(f"{address}left/", {"on": "2999-01-01"}).content.decode()
    assert client.post(f"{address}left/", {"on": "2026-03-01"}).status_code == 303
    page = client.get(address).content.decode()
    assert "1 Mar 2026" in page
    assert "The customer has not left" in page
    assert client.post(f"{address}left/", {"on": "2026-03-01"}).status_code == 409
    assert client.post(f"{address}came-back/").status_code == 303
    assert 'id="left"' in client.get(address).content.decode()
    assert 'id="left"' not in client.get(f"/desk/tickets/{make_ticket(make_survey('winter'), 2).pk}/").content.decode()
