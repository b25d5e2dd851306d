"""A trait is found alike through every door, whether it is text, a number, true or false."""

from typing import Any

import pytest
from django.http import QueryDict

from followup.desk.queue import kept_views
from followup.models import RoutingRule, Ticket
from followup.routing import assignment
from nps_project.accounts.models import User
from surveys.contacts.traits import has_trait, meanings, read_pair
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

TRAITS: dict[str, Any] = {
    "plan": "gold", "code": "12", "seats": 12, "rate": 0.5, "size": 12.0, "vip": True, "left": False, "debt": -3,
    "big": 1e22, "word": "true", "a=b": "c",
}  # fmt: skip
FOUND = (
    "plan=gold", "code=12", "seats=12", "rate=0.5", "size=12", "size=12.0", "vip=true", "vip=True", "left=false",
    "debt=-3", "big=1e22", "word=true", "seats=12.0",
)  # fmt: skip
NOT_FOUND = (
    "plan=silver", "plan=Gold", "code=012", "seats=1", "seats=012", "vip=1", "vip=false", "left=0", "rate=.5",
    "seats=1e999", "seats=NaN", "none=None", "seats=" + "9" * 190,
)  # fmt: skip


@pytest.fixture
def admin() -> User:
    return make_user("ada", "admin")


def found_by_each_door(ticket: Ticket, pair: str, admin: User) -> dict[str, bool]:
    client, program = client_of(admin), Program("read")
    name, _equals, value = pair.partition("=")
    query = QueryDict(mutable=True)
    query["trait"] = pair
    view = kept_views.save(owner=admin, name="kept", query=query.urlencode(), is_shared=False)
    row = RoutingRule(name="r", position=1, to="nobody", traits={name: ["x", value]})
    given = assignment.routing_input(ticket.response, None)
    link = f"/desk/tickets/{ticket.pk}/"
    table = client.get("/desk/tickets.csv", {"trait": pair}).getvalue().decode()
    return {
        "queue": link in client.get("/desk/", {"trait": pair}).content.decode(),
        "kept view": link in client.get(f"/desk/?{view.query}").content.decode(),
        "export": f"\n{ticket.pk}," in table,
        "tickets/": bool(program.get(f"tickets/?{query.urlencode()}")["results"]),
        "stats": program.get(f"stats/nps/?trait.{name}={value}")["responses"] == 1,
        "routing": assignment.matches(assignment.Rule(row, frozenset()), given),
    }


@pytest.mark.parametrize("pair", [*FOUND, *NOT_FOUND])
def test_a_trait_is_found_alike_through_every_door(pair: str, admin: User) -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1), traits=TRAITS)
    assert found_by_each_door(ticket, pair, admin) == dict.fromkeys(
        ("queue", "kept view", "export", "tickets/", "stats", "routing"), pair in FOUND
    )


def test_what_the_answer_says_goes_before_what_is_known_of_the_customer(admin: User) -> None:
    contact = make_contact(1, traits={"seats": 12, "vip": True})
    ticket = make_ticket(make_survey(), 2, contact=contact, traits={"seats": 3})
    program = Program("read")
    for pair, is_found in (("seats=3", True), ("seats=12", False), ("vip=true", True), ("vip=false", False)):
        assert bool(program.get(f"tickets/?trait={pair}")["results"]) is is_found, pair
        assert has_trait(assignment.routing_input(ticket.response, None).traits, *pair.split("=")) is is_found, pair


def test_a_pair_is_a_name_and_a_value() -> None:
    assert read_pair(" plan = gold=x ") == ("plan", "gold=x")
    assert [read_pair(text) for text in ("", "plan", "=gold", "plan=", " = ")] == [None] * 5
    assert meanings("12") == ["12", 12]
    assert meanings("True") == ["True", True]
