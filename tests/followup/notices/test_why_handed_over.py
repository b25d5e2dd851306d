"""Whoever hands a ticket over may say why: it stands in the history, and in the new owner's notice."""

import pytest

from followup.models import Ticket
from nps_project.accounts.models import User
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    return make_user("bea")


@pytest.fixture
def carl() -> User:
    return make_user("carl")


@pytest.fixture
def tickets() -> list[Ticket]:
    survey = make_survey()
    return [make_ticket(survey, 2, contact=make_contact(n)) for n in (1, 2)]


def notices_of(person: User) -> str:
    return str(client_of(person).get("/desk/notices/").content.decode())


def history_of(person: User, ticket: Ticket) -> str:
    return str(client_of(person).get(f"/desk/tickets/{ticket.pk}/").content.decode())


def test_one_ticket(bea: User, carl: User, tickets: list[Ticket]) -> None:
    address, client = f"/desk/tickets/{tickets[0].pk}/assign/", client_of(bea)
    typed = {"reason": "Speaks <Danish>, knows them"}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "Speaks &lt;Danish&gt;" in refused.content.decode(), "what was typed is kept"
    assert client.post(address, {"owner": carl.pk, **typed}).status_code == 303
    for page in (notices_of(carl), history_of(bea, tickets[0])):
        assert "Speaks &lt;Danish&gt;, knows them" in page
    client.post(address, {"owner": bea.pk})
    client.post(address, {"owner": carl.pk, "reason": "  "})
    assert "knows them" not in notices_of(carl), "each notice has the words of its own handing over"


def test_many_at_once(bea: User, carl: User, tickets: list[Ticket]) -> None:
    given = {"tickets": [ticket.pk for ticket in tickets], "do": "assign", "owner": carl.pk, "reason": "I am away"}
    client = client_of(bea)
    assert 'name="reason"' in client.get("/desk/bulk/").content.decode()
    client.post("/desk/bulk/", given)
    assert notices_of(carl).count("I am away") == 2
    assert all("I am away" in history_of(bea, ticket) for ticket in tickets)


def test_by_the_api(carl: User, tickets: list[Ticket]) -> None:
    said = {"owner": carl.pk, "reason": "by rule 7"}
    assert Program("write").call("POST", f"tickets/{tickets[0].pk}/assign/", said).status_code == 200
    assert "by rule 7" in notices_of(carl)
