"""The desk in the order of customers and of owners, from A to Z."""

import pytest

from followup.models import Ticket
from nps_project.accounts.models import User
from surveys.models import Contact
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user
from tests.followup.desk.test_desk import found

pytestmark = pytest.mark.django_db


def test_by_the_names_of_customers_and_owners() -> None:
    survey, jonas = make_survey(), make_user("jonas")
    client = client_of(make_user("mia", "manager"))
    named = [make_contact(number, name=name) for number, name in enumerate(["bo", "Ann", "Carl", "", "Dan", "Eve"])]
    bo, ann, carl, nameless, dan, eve = (make_ticket(survey, 3, contact=contact) for contact in named)
    Contact.objects.filter(pk=named[3].pk).update(email=None, phone="")
    Ticket.objects.filter(pk__in=[carl.pk, eve.pk]).update(owner=make_user("zoe"))
    Ticket.objects.filter(pk=bo.pk).update(owner=jonas)
    User.objects.filter(pk=jonas.pk).update(name="")  # the line shows the address
    by_customer = [ann.pk, bo.pk, carl.pk, dan.pk, eve.pk, nameless.pk]
    by_owner = [bo.pk, carl.pk, eve.pk, ann.pk, nameless.pk, dan.pk]
    assert found(client, sort="customer") == by_customer
    assert found(client, sort="owner") == by_owner
    for sort, order in (("customer", by_customer), ("owner", by_owner)):
        for place in range(5):
            assert found(client, sort=sort, after=str(order[place])) == order[place + 1 :]
        for nobodys in ("999999999", "x", "1~2"):
            assert client.get("/desk/", {"sort": sort, "after": nobodys}).status_code == 400


def test_a_list_that_nobody_reads_to_its_end_is_not_put_in_the_order_of_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    survey, client = make_survey(), client_of(make_user("mia", "manager"))
    for number in range(4):
        make_ticket(survey, number, contact=make_contact(number))
    monkeypatch.setattr("followup.desk.queue.by_name.MOST", 3)
    refused = client.get("/desk/?sort=customer")
    assert refused.status_code == 400
    assert "More than 3 tickets cannot be put in this order." in refused.content.decode()
    assert len(found(client, sort="customer", score="2")) == 1
