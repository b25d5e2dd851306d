"""Naming an address gives nobody its customer: a key of one survey finds, reads and changes what it wrote, no more."""

import json
from decimal import Decimal
from typing import Any

import pytest

from followup.models import Ticket
from followup.tickets import identity, opening
from nps_project.accounts.links import make_token
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services.invitations import create_invitation
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

SECRET = "Zarathustra"
KNOWN, NEW = "karin@example.com", "nobody@example.com"


@pytest.fixture
def mine() -> Survey:
    return make_survey("mine")


@pytest.fixture
def karin() -> Contact:
    """The company's customer, who answered another survey: nothing of hers is any business of `mine`."""
    karin = Contact.objects.create(
        email=KNOWN, name=f"{SECRET} Jensen", phone="+45 99 99 99 99", language="da", external_id="K-1",
        account_manager="zarathustra.am@example.com", value=Decimal(98765),
        traits={"company": f"{SECRET} Ltd", "plan": f"{SECRET} plan"},
    )  # fmt: skip
    make_answer(make_survey("other"), 2, f"{SECRET} is angry", contact=karin)
    return karin


def opened(address: str, program: Program) -> list[tuple[int, Any]]:
    """What a key of one survey is told when it writes this address wherever it can; each with its status."""
    answers = [
        program.call("POST", "invitations/", {"survey": "mine", "email": address, "name": "Typed"}),
        program.call("POST", "responses/", {"survey": "mine", "score": 2, "email": address.upper(), "name": "Typed"}),
        program.call("GET", f"contacts/?email={address}"),
    ]
    contact = answers[0].json()["contact"]
    assert answers[1].json()["contact"] == contact
    answers += [
        program.call("GET", f"contacts/{contact}/"),
        program.call("PATCH", f"contacts/{contact}/", {"phone": "+45 11 11 11 11"}),
        program.call("POST", "contacts/", {"email": address}),
        program.call("GET", "responses/?expand=contact"),
        program.call("GET", "invitations/?expand=contact"),
        program.call("GET", "contacts/"),
    ]
    return [(answer.status_code, answer.json()) for answer in answers]


def without_numbers(told: Any, address: str) -> str:
    """As one text in which ids, links and times are alike."""
    if isinstance(told, dict):
        changing = {"id", "contact", "url", "created_at", "answered_at", "last_asked_at", "last_answered_at",
                    "may_be_asked_from"}  # fmt: skip
        return json.dumps(
            {name: without_numbers(value, address) for name, value in sorted(told.items())
             if name not in changing or isinstance(value, dict)}
        )  # fmt: skip
    if isinstance(told, list):
        return json.dumps([without_numbers(one, address) for one in told])
    return str(told).lower().replace(address, "ADDRESS")


def test_an_address_that_the_company_knows_is_answered_like_one_that_nobody_knows(mine: Survey, karin: Contact) -> None:
    before = Contact.objects.values().get(pk=karin.pk)
    known = opened(KNOWN, Program("write", survey=mine))
    text = json.dumps(known).lower()
    assert SECRET.lower() not in text
    assert "99 99" not in text
    assert "98765" not in text
    Response.objects.filter(survey=mine).delete()
    Invitation.objects.filter(survey=mine).delete()
    Contact.objects.filter(survey=mine).delete()
    new = opened(NEW, Program("write", survey=mine))
    assert [status for status, _body in known] == [status for status, _body in new] == [
        201, 201, 200, 200, 200, 409, 200, 200, 200,
    ]  # fmt: skip
    assert [without_numbers(body, KNOWN) for _status, body in known] == [
        without_numbers(body, NEW) for _status, body in new
    ]
    assert Contact.objects.values().get(pk=karin.pk) == before


def test_no_number_tells_that_an_address_was_known(mine: Survey, karin: Contact) -> None:
    """An id that is older than the request would."""
    program = Program("write", survey=mine)
    last = make_contact(99).pk
    for address in (KNOWN, NEW):
        made = program.post("invitations/", {"survey": "mine", "email": address})
        assert made["contact"] > last
        assert program.get(f"contacts/{made['contact']}/")["survey"] == "mine"


def test_the_page_behind_the_link_shows_what_was_written(mine: Survey, karin: Contact) -> None:
    program = Program("write", survey=mine)
    link = program.post("invitations/", {"survey": "mine", "email": KNOWN, "name": "Typed"})["url"].split("/r/")[1]
    page = program.client.get(f"/r/{link}")
    assert "For Typed" in page.content.decode()
    assert SECRET not in page.content.decode()
    assert page["Content-Language"] == "en"  # not the customer's own
    assert program.client.post(f"/r/{link}", {"score": "3"}).status_code == 303
    (answer,) = program.every("responses/")
    assert answer["traits"] == {}


def test_no_ticket_tells_of_a_customer_who_was_named(mine: Survey, karin: Contact) -> None:
    """Neither by its owner, the account manager, nor by its filters, nor by what a person of that team is shown."""
    program = Program("write", survey=mine)
    made = program.post("responses/", {"survey": "mine", "score": 0, "email": KNOWN})
    ticket = opening.open_for_response(made["id"])
    assert ticket is not None
    assert ticket.value_rank == 0
    for query in ("value_from=1", "trait=plan=Zarathustra plan", "q=zarathustra", f"contact={karin.pk}"):
        assert program.get(f"tickets/?{query}")["results"] == []
    assert SECRET not in json.dumps(program.get(f"tickets/{ticket.pk}/?expand=response,survey"))
    agent = make_user("bea", all_teams=False)
    Ticket.objects.filter(pk=ticket.pk).update(owner=agent)
    page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert SECRET not in page
    assert client_of(agent).post(f"/desk/tickets/{ticket.pk}/contact/").status_code == 422
    assert program.call("POST", f"tickets/{ticket.pk}/confirm-contact/", {}).status_code == 422


def test_a_key_of_one_survey_changes_its_own_and_none_of_the_companys(mine: Survey, karin: Contact) -> None:
    program = Program("admin", survey=mine)
    create_invitation(survey=mine, contact=karin)  # the company asks her: now the survey's key sees her
    assert program.get(f"contacts/{karin.pk}/")["name"] == karin.name
    program.patch(f"contacts/{karin.pk}/", {"email": "mine@example.com"}, 403)
    made = program.post("contacts/", {"email": "own@example.com", "external_id": "K-2"})
    assert program.patch(f"contacts/{made['id']}/", {"name": "Own"})["name"] == "Own"
    for taken in ({"email": KNOWN.upper()}, {"external_id": "K-1"}):  # visible, and so not doubled
        assert program.patch(f"contacts/{made['id']}/", taken, 409)["code"] == "contact_taken"
        program.post("contacts/", taken, 409)
    assert program.post("responses/", {"survey": "mine", "score": 9, "email": KNOWN})["contact"] == karin.pk
    karin.refresh_from_db()
    assert karin.email == KNOWN


def test_a_number_of_a_hidden_customer_is_free_to_a_key_that_does_not_see_it(mine: Survey, karin: Contact) -> None:
    program = Program("write", survey=mine)
    own = program.post("contacts/", {"external_id": "K-1", "email": KNOWN})
    program.post("contacts/", {"external_id": "K-1"}, 409)  # its own
    assert Program("write", survey=make_survey("third")).post("contacts/", {"external_id": "K-1"})["id"] != own["id"]


def test_what_a_key_of_one_survey_wrote_stands_in_nobodys_way(mine: Survey) -> None:
    """The company finds and makes its own customer, and writes nothing into the survey's row."""
    limited, whole = Program("write", survey=mine), Program("write")
    own = limited.post("contacts/", {"email": KNOWN, "external_id": "K-1", "phone": "+45 66 66 66 66"})
    assert whole.every(f"contacts/?email={KNOWN}") == []
    assert whole.every("contacts/") == []
    company = whole.post("contacts/", {"email": KNOWN, "external_id": "K-1", "name": SECRET})
    (found,) = whole.every(f"contacts/?email={KNOWN}")
    assert (found["id"], found["survey"]) == (company["id"], None)
    assert whole.post("invitations/", {"survey": "mine", "email": KNOWN})["contact"] == company["id"]
    (found,) = whole.every("contacts/?survey=mine")
    assert (found["id"], found["survey"]) == (own["id"], "mine")


def test_a_person_who_sees_both_says_that_they_are_one(mine: Survey, karin: Contact) -> None:
    program, manager = Program("write", survey=mine), make_user("mia", "manager")
    made = program.post("responses/", {"survey": "mine", "score": 0, "email": KNOWN})
    ticket = opening.open_for_response(made["id"])
    assert ticket is not None
    assert identity.known_customer(ticket.response, manager) == karin
    client = client_of(manager)
    assert f"May be {SECRET} Jensen" in client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert client.post(f"/desk/tickets/{ticket.pk}/contact/").status_code == 303
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.response.contact, ticket.value_rank) == (karin, -karin.value if karin.value else 0)
    assert "May be" not in client.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_a_link_of_the_company_shows_what_the_company_knows(mine: Survey, karin: Contact) -> None:
    link = make_token("r", create_invitation(survey=mine, contact=karin).public_id)
    assert f"{SECRET} Jensen".lower() in client_of(make_user("x")).get(f"/r/{link}/").content.decode().lower()
