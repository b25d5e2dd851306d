"""Two of the same at once: a double click, two who want one ticket, two admins who switch each other off."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.desk.ticket.actions import ACTIONS
from followup.history import chain
from followup.models import Absence, Playbook, Reminder, RootCause, Ticket
from followup.reminders import services as reminders
from followup.tickets import actions, attempts, promises
from nps_project.accounts.models import ApiKey, Role, Team, User
from surveys.models import Question, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 4


@pytest.fixture
def agent() -> User:
    causes.ensure_defaults()
    return make_user("bea")


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(make_survey(), 2, contact=make_contact(1))


def submission_of(client: Client, ticket: Ticket) -> str:
    """Of the page as it is drawn now."""
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    found = set(re.findall(r'name="submission" value="([^"]+)"', page))
    assert len(found) == 1, found
    assert page.count('name="submission"') == page.count('action="/desk/tickets/') - page.count('id="here"')
    return str(found.pop())


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """What each returned; all begin together."""
    together = Barrier(len(work))

    def one(what: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return what()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def same_person(client: Client) -> Client:
    """Another window of the same browser."""
    mine = Client()
    mine.cookies.update(client.cookies)
    return mine


def sent(client: Client, ticket: Ticket, action: str, data: dict[str, Any]) -> Callable[[], int]:
    """A click; returns the status."""
    mine = same_person(client)
    return lambda: int(mine.post(f"/desk/tickets/{ticket.pk}/{action}/", data).status_code)


def forms(ticket: Ticket, agent: User) -> dict[str, dict[str, Any]]:
    """A form for each action on an open ticket."""
    until = timezone.localtime() + timedelta(days=2)
    return {
        "attempts": {"result": "reached", "minutes": "3", "note": "Talked."},
        "notes": {"text": "Call again."},
        "assign": {"owner": agent.pk},
        "wait": {"until": f"{until:%Y-%m-%dT%H:%M}", "reason": "Holiday."},
        "steps": {"step": ticket.steps.all()[0].pk, "done": "yes"},
        "resolve": {
            "outcome": "kept",
            "root_cause": RootCause.objects.all()[0].slug,
            "no_attempt_reason": "He had called.",
        },
        "claim": {},
    }


@pytest.mark.parametrize("action", ["attempts", "notes", "assign", "wait", "steps", "resolve", "claim"])
def test_a_double_click_does_one_thing(action: str, agent: User, ticket: Ticket) -> None:
    client = client_of(agent)
    data = forms(ticket, agent)[action] | {"submission": submission_of(client, ticket)}
    before = ticket.activities.count()
    assert at_once(*[sent(client, ticket, action, data)] * CLICKS) == [303] * CLICKS
    assert ticket.activities.count() == before + 1
    assert ticket.attempts.count() == (action == "attempts")
    ticket.refresh_from_db()
    assert list(chain.verify([ticket.pk])) == []


def test_a_double_click_on_reopen_does_one_thing(agent: User, ticket: Ticket) -> None:
    actions.resolve(ticket_id=ticket.pk, by=agent, outcome="kept", root_cause=RootCause.objects.all()[0], note="x")
    client, before = client_of(agent), ticket.activities.count()
    data = {"reason": "He called.", "submission": submission_of(client, ticket)}
    assert at_once(*[sent(client, ticket, "reopen", data)] * CLICKS) == [303] * CLICKS
    assert ticket.activities.count() == before + 1


def test_other_words_and_another_page_and_another_person_are_another_form(agent: User, ticket: Ticket) -> None:
    client, other = client_of(agent), client_of(make_user("carl"))
    page = submission_of(client, ticket)
    for who, words, submission in (
        (client, "One.", page),
        (client, "Two.", page),  # after "back"
        (client, "One.", submission_of(client, ticket)),
        (other, "One.", page),
        (client, "One.", ""),
        (client, "One.", "rubbish"),
    ):
        assert sent(who, ticket, "notes", {"text": words, "submission": submission})() == 303
    assert ticket.activities.filter(kind="note").count() == 6


def test_a_form_that_was_refused_may_be_sent_again(agent: User, ticket: Ticket) -> None:
    client = client_of(agent)
    data = {"outcome": "kept", "root_cause": RootCause.objects.all()[0].slug, "note": ""}
    data["submission"] = submission_of(client, ticket)
    assert sent(client, ticket, "resolve", data)() == 422  # no call and no words
    attempts.log_attempt(ticket_id=ticket.pk, by=agent, result="reached")
    assert sent(client, ticket, "resolve", data)() == 303


@pytest.mark.parametrize("action", sorted({name for name, todo in ACTIONS.items() if todo.is_checked} - {"reopen"}))
def test_a_late_form_is_refused_as_often_as_it_is_sent(action: str, agent: User, ticket: Ticket) -> None:
    """A reload of the refusal sends it again: it says what it said, and nothing is counted as done."""
    client, before = client_of(agent), ticket.history_count
    due = f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    promised = promises.make(ticket_id=ticket.pk, by=agent, text="A call", due_at=timezone.now() + timedelta(days=1))
    if action == "resolve":
        promises.waive(ticket_id=ticket.pk, promise_id=promised.pk, by=agent, reason="They moved away.")
    its_own: dict[str, dict[str, Any]] = {
        "promise": {"text": "A new banner", "due_at": due},
        "promise-moved": {"promise": promised.pk, "due_at": due, "reason": "They are away."},
        "promise-waived": {"promise": promised.pk, "reason": "They moved away."},
    }
    data = (forms(ticket, agent) | its_own)[action] | {"submission": submission_of(client, ticket), "seen": before}
    actions.add_note(ticket_id=ticket.pk, by=make_user("jonas"), text="They called back, furious.")
    done = ticket.activities.count()
    assert [sent(client, ticket, action, data)() for _again in range(3)] == [409, 409, 409]
    assert ticket.activities.count() == done
    ticket.refresh_from_db()
    data["seen"] = ticket.history_count
    assert [sent(client, ticket, action, data)() for _again in range(2)] == [303, 303]
    assert ticket.activities.count() == done + 1


def test_a_form_that_is_sent_again_later_does_not_say_what_is_not_so(agent: User, ticket: Ticket) -> None:
    client = client_of(agent)
    data = forms(ticket, agent)["resolve"] | {"submission": submission_of(client, ticket)}
    assert sent(client, ticket, "resolve", data)() == 303
    actions.reopen(ticket_id=ticket.pk, by=make_user("jonas"), reason="They called back, furious.")
    again = client.post(f"/desk/tickets/{ticket.pk}/resolve/", data, follow=True).content.decode()
    assert "The ticket is resolved." not in again
    assert "This form was sent twice. It was done once." in again


def test_one_of_several_who_claim_gets_it(ticket: Ticket) -> None:
    people = [make_user(name) for name in ("ann", "ben", "cleo", "dan")]
    clients = [client_of(one) for one in people]
    data = {"submission": "the same for all of them"}
    statuses = at_once(*[sent(one, ticket, "claim", data) for one in clients])
    assert sorted(statuses) == [303, 409, 409, 409]
    assert Ticket.objects.get().owner == people[statuses.index(303)]
    assert ticket.activities.filter(kind="claimed").count() == 1


def test_an_answer_that_several_open_by_hand_gets_one_ticket(agent: User) -> None:
    happy = make_answer(make_survey(), 10)
    client = client_of(agent)

    def opened() -> int:
        mine = same_person(client)
        return int(mine.post(f"/desk/answers/{happy.pk}/ticket/").status_code)

    assert at_once(*[opened] * CLICKS) == [303] * CLICKS
    assert Ticket.objects.filter(response=happy).count() == 1


NEW = {  # what is made by a form of its own; the address, and what is typed
    "questions": ("/setup/surveys/autumn/questions/new/", {"kind": "text", "position": "1", "is_active": "on",
                                                          "text_en": "Which order?"}),
    "causes": ("/setup/root-causes/new/", {"name_en": "Late", "position": "20", "is_active": "on"}),
    "teams": ("/setup/teams/new/", {"name": "North"}),
    "people": ("/setup/people/new/", {"email": "new@example.com", "name": "N", "role": "agent", "language": "en"}),
    "surveys": ("/setup/surveys/new/", {"slug": "fresh", "name": "Fresh", "brand": "Nordlys", "status": "draft",
                                       "default_language": "en", "languages": "en", "edit_days": "7"}),
    "absences": ("/setup/me/absences/", {"first_day": "2030-01-07", "last_day": "2030-01-08"}),
    "keys": ("/setup/keys/new/", {"name": "till", "scope": "read"}),
}  # fmt: skip
MODELS = {"questions": Question, "causes": RootCause, "teams": Team, "people": User, "surveys": Survey,
          "absences": Absence, "keys": ApiKey}  # fmt: skip


@pytest.mark.parametrize("what", NEW)
@pytest.mark.parametrize("is_one_page", [True, False])
def test_what_is_made_by_a_double_click_is_made_once(what: str, is_one_page: bool, agent: User) -> None:
    """From two pages at once it may be made twice, or refused; it is never an error of ours."""
    make_survey()
    ada = make_user("ada", "admin")
    client = client_of(ada)
    address, typed = NEW[what][0], NEW[what][1] | {"person": str(ada.pk)}
    model: Any = MODELS[what]
    before = model.objects.count()
    pages = [client.get(address).content.decode() for _click in range(CLICKS)]
    found = [re.findall(r'name="submission" value="([^"]+)"', page) for page in pages]
    tokens = [(found[0] if is_one_page else one)[-1] for one in found]
    assert len(set(tokens)) == (1 if is_one_page else CLICKS)

    def made(token: str) -> Callable[[], int]:
        mine = same_person(client)
        return lambda: int(mine.post(address, typed | {"submission": token}).status_code)

    statuses = at_once(*[made(token) for token in tokens])
    assert set(statuses) <= {200, 302, 422}, statuses
    assert {200, 302} & set(statuses), statuses
    if is_one_page or what not in ("questions", "causes", "absences", "keys"):
        assert model.objects.count() == before + 1


def test_a_double_click_on_a_copy_makes_one_playbook() -> None:
    make_survey()
    client, before = client_of(make_user("ada", "admin")), Playbook.objects.count()
    address = "/setup/surveys/autumn/follow-up/"
    token = re.findall(r'name="submission" value="([^"]+)"', client.get(address).content.decode())[-1]

    def copied() -> int:
        return int(same_person(client).post(f"{address}copy/", {"submission": token}).status_code)

    assert at_once(*[copied] * CLICKS) == [302] * CLICKS
    assert Playbook.objects.count() == max(before, 1) + 1


def test_two_admins_who_demote_each_other_leave_one(agent: User) -> None:
    for number in range(5):
        User.objects.filter(role=Role.ADMIN).delete()
        pair = [make_user(f"admin{number}{name}", Role.ADMIN) for name in ("a", "b")]

        def demote(by: User, whom: User) -> Callable[[], int]:
            client = client_of(by)
            data = {"email": whom.email, "name": whom.name, "role": "viewer", "language": "en", "is_active": "on"}
            return lambda: int(client.post(f"/setup/people/{whom.pk}/", data).status_code)

        statuses = at_once(demote(*pair), demote(*reversed(pair)))
        assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1, statuses


def test_two_calls_that_raise_the_same_in_opposite_order_both_end() -> None:
    bea, contact = make_user("bea"), make_contact(1)
    first, second = (make_ticket(make_survey(slug), 3, contact=contact) for slug in ("one", "two"))
    for number in range(20):
        Reminder.objects.create(contact=contact, ticket=first, text=str(number), set_at=timezone.now(), set_by=bea)
    ids = list(Reminder.objects.order_by("pk").values_list("pk", flat=True))

    def call(ticket: Ticket, raised: list[int]) -> None:
        try:
            attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="no_answer", raised=raised)
        finally:
            connection.close()

    for _try in range(5):
        Reminder.objects.update(raised_at=None, raised_by=None, raised_on=None)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(call, (first, second), (ids, ids[::-1])))
        assert not Reminder.objects.filter(raised_at=None).exists()
    assert list(chain.verify()) == []
    assert reminders.open_for(contact.pk, bea).count() == 0
