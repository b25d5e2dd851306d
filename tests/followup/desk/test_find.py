"""What the palette finds: a handful of each kind, of what a person may see, in a fixed number of queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followup.models import Ticket
from nps_project.accounts.models import Team, User
from surveys.contacts.services import save_contact
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    return make_user("bea")


@pytest.fixture
def ticket() -> Ticket:
    contact = make_contact(1, name="Karin Jensen", phone="+45 33 12 45 67", external_id="K-1007")
    contact = save_contact(contact, {"company_name": "Nordlys Tryk", "email": "karin@nordlys.example"})
    return make_ticket(make_survey(), 2, "The banners came too late", contact=contact)


def found(client: Client | User, words: str) -> dict[str, list[str]]:
    client = client if isinstance(client, Client) else client_of(client)
    answer = client.get("/desk/find/", {"q": words})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    groups: list[dict[str, Any]] = answer.json()["groups"]
    assert all(client.get(item["href"]).status_code == 200 for group in groups for item in group["items"])
    return {group["label"]: [item["name"] for item in group["items"]] for group in groups}


@pytest.mark.parametrize(
    "words", ["kar", "Karin jen", "karin@nordlys", "K-1007", "1007", "nordlys", "4567", "33 12 45 67"]
)
def test_a_customer_is_found_by_what_is_known_of_them(bea: User, ticket: Ticket, words: str) -> None:
    make_contact(2, name="Somebody Else", phone="+45 11 11 11 11")
    groups = found(bea, words)
    assert groups["Customers"] == ["Karin Jensen"]
    assert groups["Tickets"] == [f"#{ticket.pk} Karin Jensen"]


def test_a_ticket_is_found_by_its_number_an_answer_by_its_words_a_company_by_its_name(
    bea: User, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=ticket.opened_at, status="resolved", outcome="lost")
    for words in (str(ticket.pk), f"#{ticket.pk}"):
        assert found(bea, words)["Tickets"] == [f"#{ticket.pk} Karin Jensen"], "a resolved one, too"
    assert found(bea, "banner late")["Answers"] == ["2 · Karin Jensen"]
    assert found(bea, "nordlys")["Companies"] == ["Nordlys Tryk"]


def test_whose_name_begins_so_stands_first_and_a_handful_is_enough(bea: User) -> None:
    for number in range(8):
        make_contact(number, name=f"Anna Holm {number}")
    make_contact(9, name="Holm")
    names = found(bea, "holm")["Customers"]
    assert (names[0], len(names)) == ("Holm", 5)


def test_colleagues_lead_to_their_tickets_and_for_admins_to_their_settings(bea: User) -> None:
    make_user("vic", "viewer")
    assert found(bea, "be")["Colleagues"] == ["bea"]
    assert "Colleagues" not in found(bea, "vic")
    admin = make_user("ada", "admin")
    assert found(admin, "be")["Colleagues"] == ["bea", "bea"]
    assert found(admin, "vic")["Colleagues"] == ["vic"]


def test_pages_are_those_that_let_the_person_in_in_their_language(bea: User) -> None:
    assert "Pages" not in found(bea, "playbooks")
    assert found(make_user("ada", "admin"), "playbooks")["Pages"] == ["Playbooks"]
    assert ["Draaiboeken"] in found(make_user("nel", "admin", language="nl"), "draaib").values()
    assert found(bea, "abse")["Pages"] == ["Absences"]


def test_nobody_finds_what_others_may_see(ticket: Ticket) -> None:
    limited = make_user("limited", all_teams=False)
    Team.objects.create(name="South").members.add(limited)
    for words in ("karin", "nordlys", "banner", str(ticket.pk), "4567"):
        assert not {"Tickets", "Customers", "Companies", "Answers"} & set(found(limited, words)), words


@pytest.mark.parametrize("words", ["", " ", "k", "\0", "\0k", "<", "'", "a\\", "%", "( & |", "x" * 5000, "-" * 3000])
def test_nothing_typed_and_anything_typed_is_answered(bea: User, ticket: Ticket, words: str) -> None:
    assert set(found(bea, words)) <= {"Look everywhere"}


def test_customers_words_are_no_markup(bea: User) -> None:
    make_answer(make_survey(), 9, "banners <script>", contact_name="<b>Bo</b>")
    raw = client_of(bea).get("/desk/find/", {"q": "banners"}).content.decode()
    assert "<" not in raw
    assert "script" in raw


def test_the_number_of_queries_is_fixed(bea: User) -> None:
    survey, client, counts = make_survey(), client_of(bea), []
    for upto in (1, 20):
        for number in range(Ticket.objects.count(), upto):
            make_ticket(survey, 3, "bananas", contact=make_contact(number, name=f"Bea Banana {number}"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/find/", {"q": "bea"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
