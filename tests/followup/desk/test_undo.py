"""Undo: what was just done is taken back as an action of its own, and never over what came after it."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from followup.history import chain
from followup.models import Ticket
from followup.tickets import actions, tags
from nps_project.accounts.models import Team, User
from surveys.models import Survey
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
KEPT = ("owner_id", "team_id", "status", "waiting_until", "tags", "stage", "deadline")


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def client(bea: User) -> Client:
    return client_of(bea)


@pytest.fixture
def survey(db: None) -> Survey:
    return make_survey(team=Team.objects.create(name="North"))


def state() -> list[dict[str, Any]]:
    return list(Ticket.objects.order_by("pk").values(*KEPT))


def token_of(page: str) -> str:
    """That of the button. Fails when there is none."""
    found = re.search(r'class="undo".*?name="token" value="(\w+)"', page, re.DOTALL)
    assert found, "no button to undo it"
    return found[1]


def back_of(page: str) -> str:
    """Where the button leads."""
    found = re.search(r'class="undo".*?name="back" value="([^"]+)"', page, re.DOTALL)
    return found[1] if found else ""


def in_two_days() -> str:
    return (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")


def _forms(survey: Survey) -> dict[str, dict[str, Any]]:
    return {
        "claim": {},
        "assign to a person": {"owner": make_user("jonas").pk},
        "assign to a team": {"team": Team.objects.create(name="South").pk},
        "wait": {"until": in_two_days()},
        "tag": {"tags": "storm"},
        "untag": {"tags": "old"},
    }


@pytest.mark.parametrize("what", ["claim", "assign to a person", "assign to a team", "wait", "tag", "untag"])
def test_what_is_done_to_many_is_undone_on_all_of_them(client: Client, bea: User, survey: Survey, what: str) -> None:
    rows = [make_ticket(survey, 3, contact=make_contact(number)) for number in range(3)]
    for ticket in rows:
        tags.change_tags(ticket_id=ticket.pk, by=bea, add=["old"])
    actions.claim(ticket_id=rows[2].pk, by=make_user("other"))
    before = state()
    form = {
        "tickets": [ticket.pk for ticket in rows],
        "query": "view=all",
        "do": what.split()[0],
        **_forms(survey)[what],
    }
    page = client.post("/desk/bulk/", form, follow=True).content.decode()
    assert state() != before
    answer = client.post("/desk/undo/", {"token": token_of(page)}, follow=True)
    assert answer.redirect_chain == [("/desk/?view=all", 303)]
    assert state() == before
    assert list(chain.verify()) == []
    again = client.post("/desk/undo/", {"token": token_of(page)}, follow=True).content.decode()
    assert "can no longer be undone" in again
    assert state() == before


def test_a_wait_that_took_the_place_of_another_goes_back_to_that(client: Client, bea: User, survey: Survey) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(1))
    actions.wait(ticket_id=ticket.pk, by=bea, until=timezone.now() + timedelta(days=5))
    before = state()
    url = f"/desk/tickets/{ticket.pk}/"
    page = client.post(f"{url}wait/", {"until": in_two_days()}, follow=True).content.decode()
    assert state() != before
    client.post("/desk/undo/", {"token": token_of(page)})
    assert state() == before


def test_a_tick_is_undone_on_its_page_and_offers_no_more(client: Client, survey: Survey) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(1))
    step, url = ticket.steps.all()[0], f"/desk/tickets/{ticket.pk}/"
    page = client.post(f"{url}steps/", {"step": step.pk, "done": "yes"}, follow=True).content.decode()
    assert ticket.steps.exclude(done_at=None).exists()
    answer = client.post("/desk/undo/", {"token": token_of(page)}, follow=True)
    assert answer.redirect_chain == [(url, 303)]
    assert not ticket.steps.exclude(done_at=None).exists()
    assert 'class="undo"' not in answer.content.decode()
    client.post(f"{url}steps/", {"step": step.pk, "done": "yes"}, follow=True)
    taken_back = client.post(f"{url}steps/", {"step": step.pk, "done": "no"}, follow=True).content.decode()
    assert 'class="undo"' not in taken_back


def test_nothing_is_undone_over_what_came_after_it(client: Client, survey: Survey) -> None:
    first, second = (make_ticket(survey, 3, contact=make_contact(number)) for number in (1, 2))
    page = client.post("/desk/bulk/", {"tickets": [first.pk, second.pk], "do": "claim"}, follow=True).content.decode()
    actions.add_note(ticket_id=second.pk, by=make_user("jonas"), text="called them")
    answer = client.post("/desk/undo/", {"token": token_of(page)}, follow=True).content.decode()
    assert f"stay as they are: #{second.pk} Customer 2." in answer
    assert [row["owner_id"] is None for row in state()] == [True, False]


def test_each_of_two_tabs_takes_back_its_own(client: Client, survey: Survey) -> None:
    rows = [make_ticket(survey, 3, contact=make_contact(number)) for number in (1, 2)]
    urls = [f"/desk/tickets/{ticket.pk}/" for ticket in rows]
    pages = [client.post(f"{url}claim/", follow=True).content.decode() for url in urls]
    for url, page, left in zip(urls, pages, ([True, False], [True, True]), strict=True):
        assert f'data-back="{url}"' in page
        answer = client.post("/desk/undo/", {"token": token_of(page)}, follow=True)
        assert answer.redirect_chain == [(url, 303)]
        assert [row["owner_id"] is None for row in state()] == left


def test_one_of_long_ago_says_so_where_it_stands(client: Client, survey: Survey) -> None:
    rows = [make_ticket(survey, 3, contact=make_contact(number)) for number in range(7)]
    url = f"/desk/tickets/{rows[0].pk}/"
    first = client.post(f"{url}claim/", follow=True).content.decode()
    for ticket in rows[1:]:
        client.post(f"/desk/tickets/{ticket.pk}/claim/", follow=True)
    form = {"token": token_of(first), "back": back_of(first)}
    answer = client.post("/desk/undo/", form, follow=True)
    assert answer.redirect_chain == [(url, 303)]
    assert "That can no longer be undone here." in answer.content.decode()
    for elsewhere in ("https://evil.example/", "//evil.example/desk/", "/setup/", "/desk/../setup/", "/desk/\r\nx: y"):
        answer = client.post("/desk/undo/", {"token": "x", "back": elsewhere})
        assert answer.headers["Location"] == "/desk/", elsewhere


def test_nothing_goes_back_to_a_person_who_left(client: Client, bea: User, survey: Survey) -> None:
    ticket, jonas = make_ticket(survey, 3, contact=make_contact(1)), make_user("jonas")
    actions.claim(ticket_id=ticket.pk, by=jonas)
    page = client.post(f"/desk/tickets/{ticket.pk}/assign/", {"owner": bea.pk}, follow=True).content.decode()
    User.objects.filter(pk=jonas.pk).update(is_active=False)
    answer = client.post("/desk/undo/", {"token": token_of(page)}, follow=True).content.decode()
    assert "stay as they are" in answer
    assert Ticket.objects.get().owner == bea


@pytest.mark.parametrize("how", ["later", "no token", "another's", "not seen any more", "viewer now"])
def test_it_is_for_the_person_who_did_it_and_for_ten_minutes(
    client: Client, bea: User, survey: Survey, how: str
) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(1))
    page = client.post("/desk/bulk/", {"tickets": [ticket.pk], "do": "claim"}, follow=True).content.decode()
    form, who, at = {"token": token_of(page)}, client, timezone.now()
    if how == "later":
        at += timedelta(minutes=11)
    elif how == "no token":
        form = {}
    elif how == "another's":
        who = client_of(make_user("jonas"))
    elif how == "not seen any more":
        User.objects.filter(pk=bea.pk).update(all_teams=False)
        Ticket.objects.update(owner=None)
    else:
        User.objects.filter(pk=bea.pk).update(role="viewer")
    before = _history(ticket)
    with time_machine.travel(datetime.fromisoformat(at.isoformat()), tick=False):
        who.post("/desk/undo/", form)
    assert _history(ticket) == before


def _history(ticket: Ticket) -> int:
    return Ticket.objects.get(pk=ticket.pk).history_count


def test_the_session_stays_small_whatever_was_done(
    client: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [make_ticket(survey, 3, contact=make_contact(number)) for number in range(4)]
    monkeypatch.setattr("followup.desk.undo.MOST_TICKETS", 3)
    tokens = []
    for tickets in (rows[:1], rows[1:3], rows[3:]):
        form = {"tickets": [ticket.pk for ticket in tickets], "do": "claim"}
        tokens.append(token_of(client.post("/desk/bulk/", form, follow=True).content.decode()))
    assert list(client.session["undos"]) == tokens[1:], "the oldest had to go"
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        page = client.post("/desk/bulk/", {"tickets": [rows[0].pk], "do": "tag", "tags": "x"}, follow=True)
        assert list(client.session["undos"]) == [token_of(page.content.decode())], "what is over is not kept"
