"""Lists: paging that holds while rows come, filters, ?expand=, and as many queries for 20 rows as for one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.causes import services as causes
from followup.insights.risk.models import AtRisk
from followup.models import RootCause, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions, attempts, promises, tags
from nps_project.accounts.models import Team
from surveys.contacts.segments.services import save_segment
from surveys.contacts.services import save_contact
from surveys.models import Response, Segment, Unsubscription
from surveys.services.decisions import discard_response
from surveys.services.invitations import create_invitation
from tests.api_client import Program
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_pages_hold_while_rows_come_and_change() -> None:
    survey, program = make_survey(), Program("read")
    before = [make_ticket(survey, number % 7, contact=make_contact(number)).pk for number in range(9)]
    page = program.get("tickets/?page_size=4&survey=autumn")
    assert set(page) == {"next", "previous", "results"}
    assert page["previous"] is None
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        assert urlsplit(page["next"]).scheme == "http"
        assert urlsplit(page["next"]).path == "/api/v1/tickets/"
        assert "survey=autumn" in page["next"]
        make_ticket(survey, 0, contact=make_contact(100 + len(seen)))  # the most urgent of all
        Ticket.objects.filter(pk=before[0]).update(priority="critical", first_contact_due_at=timezone.now())
        page = program.get(page["next"])
        seen += [row["id"] for row in page["results"]]
    assert seen == before[::-1]
    back = program.get(page["previous"])
    assert [row["id"] for row in back["results"]] == before[4:0:-1]
    assert len(program.every("tickets/?page_size=2")) == Ticket.objects.count() == 11
    assert len(program.get("tickets/?page_size=200")["results"]) == 11


def test_fifty_rows_are_a_page() -> None:
    survey = make_survey()
    for _number in range(51):
        make_answer(survey, 9)
    page = Program("read").get("responses/")
    assert len(page["results"]) == 50
    assert len(Program("read").get(page["next"])["results"]) == 1


def test_responses_by_everything() -> None:
    survey, other, program = make_survey(), make_survey("winter"), Program("read")
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    contact = make_contact(1)
    first = make_answer(survey, 2, answered_at=at, contact=contact)
    second = make_answer(survey, 9, answered_at=at + timedelta(days=1), language="da")
    third = make_answer(other, 8, answered_at=at + timedelta(days=2))
    discard_response(response_id=third.pk, by=None, reason="spam")
    expected: dict[str, list[Response]] = {
        "": [third, second, first],
        "survey=winter": [third],
        "survey=nowhere": [],
        "score=9": [second],
        "group=detractor": [first],
        "channel=personal": [first],
        "channel=api": [],
        "language=da": [second],
        "state=discarded": [third],
        "state=confirmed&survey=autumn": [second, first],
        f"contact={contact.pk}": [first],
        "from=2026-03-03": [third, second],
        "to=2026-03-03": [second, first],
        "from=2026-03-03&to=2026-03-03": [second],
        "from=2026-03-03T12:00:00%2B00:00": [third, second],
        "from=2026-03-03T12:00:00+00:00": [third, second],
        "to=2026-03-03T12:00:00Z": [first],
        "to=2026-03-03T13:00:01%2B01:00": [second, first],
    }
    for query, rows in expected.items():
        assert [row["id"] for row in program.get(f"responses/?{query}")["results"]] == [row.pk for row in rows], query


def test_tickets_by_everything() -> None:
    survey, program = make_survey(), Program("read")
    anna, team = make_user("anna"), Team.objects.create(name="North")
    now, hour = timezone.now(), timedelta(hours=1)
    made = {}
    for number, state in enumerate(("on_time", "due_soon", "overdue", "met", "missed")):
        ticket = make_ticket(survey, 3, contact=make_contact(number))
        clock: dict[str, dict[str, Any]] = {
            "on_time": {"first_contact_warn_at": now + hour, "first_contact_due_at": now + 2 * hour},
            "due_soon": {"first_contact_warn_at": now - hour, "first_contact_due_at": now + 2 * hour},
            "overdue": {"first_contact_warn_at": now - 2 * hour, "first_contact_due_at": now - hour},
            "met": {"first_contact_due_at": now, "first_contact_at": now - hour, "status": "contacted"},
            "missed": {"first_contact_due_at": now - 2 * hour, "first_contact_at": now - hour, "status": "contacted"},
        }
        Ticket.objects.filter(pk=ticket.pk).update(**clock[state])
        made[state] = ticket.pk
    actions.assign(ticket_id=made["met"], by=anna, owner=anna)
    actions.assign(ticket_id=made["on_time"], by=anna, team=team)
    for state, ticket_id in made.items():
        (row,) = program.get(f"tickets/?due_state={state}")["results"]
        assert (row["id"], row["due_state"]) == (ticket_id, state)
    expected = {
        "status=contacted": {"met", "missed"},
        f"owner={anna.pk}": {"met"},
        f"team={team.pk}": {"on_time"},
        "group=passive": set(),
        "group=detractor&score=3&survey=autumn": set(made),
        "score=4": set(),
        "owner=999999": set(),
    }
    for query, states in expected.items():
        found = {row["id"] for row in program.get(f"tickets/?{query}")["results"]}
        assert found == {made[state] for state in states}, query


def test_tickets_by_what_the_desk_filters_by() -> None:
    program, survey, anna = Program(), make_survey(), make_user("anna")
    causes.ensure_defaults()
    cause = RootCause.objects.filter(is_active=True)[0]
    rich = make_ticket(survey, 3, "The banners tore", contact=make_contact(1, value=5000, traits={"plan": "gold"}))
    other = make_ticket(survey, 3, "Te duur", contact=make_contact(2, name="Agnes Vink"), language="nl")
    tags.change_tags(ticket_id=other.pk, by=anna, add=["VIP list"])
    due = timezone.now() + timedelta(days=2)
    promises.make(ticket_id=rich.pk, by=anna, text="A part", due_at=due)
    Ticket.objects.filter(pk=other.pk).update(solve_due_at=timezone.now(), root_cause=cause)
    for query, wanted in {
        "q=banner": rich, "q=agnes": other, "trait=plan=gold": rich, "tag=vip%20list": other, "language=nl": other,
        "value_from=100": rich, "value_to=100": other, f"root_cause={cause.slug}": other,
        "due_state=solve_overdue": other, f"promise_to={(due + timedelta(days=1)).date()}": rich,
    }.items():  # fmt: skip
        assert [row["id"] for row in program.get(f"tickets/?{query}")["results"]] == [wanted.pk], query
    assert program.get(f"tickets/?promise_to={(due - timedelta(days=2)).date()}")["results"] == []
    assert program.get("tickets/?due_state=next_overdue")["results"] == []


def test_what_is_to_be_raised_comes_back_on_the_customers_next_ticket() -> None:
    program, survey, customer = Program(), make_survey(), make_contact(1)
    first, second = (make_ticket(survey, 3, contact=customer) for _number in range(2))
    step = next(step["id"] for step in program.get(f"tickets/{first.pk}/")["steps"] if step["kind"] == "next_contact")
    program.post(f"tickets/{first.pk}/steps/", {"step": step, "done": True, "note": "Ask about the part"}, 200)
    (row,) = program.get(f"tickets/{second.pk}/reminders/")["results"]
    assert (row["ticket"], row["text"]) == (first.pk, "Ask about the part")
    other = make_ticket(survey, 3, contact=make_contact(2))
    assert program.get(f"tickets/{other.pk}/reminders/")["results"] == []
    program.post(f"tickets/{second.pk}/raise-reminder/", {"reminder": row["id"]}, 200)
    assert program.get(f"tickets/{second.pk}/reminders/")["results"] == []
    found = [entry["id"] for entry in program.get(f"tickets/?contact={customer.pk}")["results"]]
    assert sorted(found) == [first.pk, second.pk]


def test_contacts_invitations_and_surveys_by_their_filters() -> None:
    program, survey = Program(), make_survey()
    made = program.post("contacts/", {"email": "Eve@Example.com", "external_id": "K-7", "phone": "+45 33 12 00 01"})
    make_contact(2)
    for query in ("email=eve@example.com", "email=EVE@example.com", "external_id=K-7"):
        assert [row["id"] for row in program.get(f"contacts/?{query}")["results"]] == [made["id"]]
    assert program.get("contacts/?email=nobody@example.com")["results"] == []
    invited = program.post("invitations/", {"survey": survey.slug, "contact": made["id"]})
    for query in (f"contact={made['id']}", "survey=autumn", "status=created"):
        assert program.get(f"invitations/?{query}")["results"] == [invited]
    assert program.get("invitations/?status=answered")["results"] == []
    assert [row["slug"] for row in program.get("surveys/?status=live")["results"]] == ["autumn"]
    assert program.get("surveys/?status=draft")["results"] == []


def test_references_are_shown_whole_on_request() -> None:
    ticket, program = make_ticket(make_survey(), 1, "Bad.", contact=make_contact(1)), Program("write")
    program.post(f"tickets/{ticket.pk}/claim/", {}, 200)
    plain = program.get(f"tickets/{ticket.pk}/")
    assert (plain["response"], plain["survey"]) == (ticket.response_id, "autumn")
    whole = program.get(f"tickets/{ticket.pk}/?expand=response,survey,owner,team,root_cause")
    assert whole["response"]["comment"] == "Bad."
    assert whole["survey"]["brand"] == "Nordlys"
    assert whole["owner"]["id"] == plain["owner"]
    assert (whole["team"], whole["root_cause"]) == (None, None)
    assert program.get("tickets/?expand=response")["results"][0]["response"] == whole["response"]
    (answer,) = program.get("responses/?expand=contact")["results"]
    assert answer["contact"]["email"] == "customer1@example.com"
    for nothing_to_expand in ("attempts", "notes"):
        program.post(f"tickets/{ticket.pk}/{nothing_to_expand}/?expand=survey", {}, 400)
    program.get(f"tickets/{ticket.pk}/activities/?expand=survey", 400)
    acted = program.post(f"tickets/{ticket.pk}/claim/?expand=survey", {}, 200)
    assert acted["survey"]["slug"] == "autumn"


LISTS = (
    "surveys/",
    "contacts/?last_group=detractor&trait.plan=basic",
    "companies/",
    "segments/",
    "invitations/?expand=survey,contact",
    "responses/?expand=survey,contact",
    "tickets/",
    "tickets/?expand=response,survey,owner,team,root_cause&due_state=on_time",
    "tickets/{ticket}/activities/",
    "root-causes/",
    "users/",
    "teams/",
    "playbooks/",
    "stats/nps/?trait.plan=basic",
    "stats/follow-up/",
    "stats/recovery/",
    "stats/risk/",
    "stats/risk/customers/",
)


def fill(number: int) -> int:
    """One more of everything; returns a ticket."""
    playbooks.ensure_default()
    survey, contact = make_survey(f"survey-{number}"), make_contact(number)
    user = make_user(f"user{number}")
    team = Team.objects.create(name=f"Team {number}", lead=user)
    team.members.add(user)
    save_contact(contact, {"company_name": f"Company {number}", "traits": {"plan": "basic"}})
    Unsubscription.objects.create(contact=contact, survey=survey)
    save_segment(Segment(), {"name": f"Segment {number}", "filter": {"trait.plan": "basic"}})
    ticket = make_ticket(survey, 2, contact=contact, traits={"plan": "basic"})
    actions.assign(ticket_id=ticket.pk, by=user, team=team)
    actions.claim(ticket_id=ticket.pk, by=user)
    attempts.log_attempt(ticket_id=ticket.pk, by=user, result="voicemail")
    create_invitation(survey=survey, contact=contact)
    away = make_contact(1000 + number, bounced_at=timezone.now())
    AtRisk.objects.create(contact=away, bounced_at=away.bounced_at, looked_at=timezone.now())
    playbooks.copy_playbook(playbook=playbooks.ensure_default(), name=f"Playbook {number}")
    RootCause.objects.create(slug=f"cause-{number}", names={"en": "Cause"})
    return ticket.pk


def test_twenty_rows_cost_as_many_queries_as_one() -> None:
    ticket, program = fill(0), Program("read")
    cost: dict[str, list[int]] = {}
    for number in (1, 20):
        if number == 20:
            for more in range(1, 20):
                fill(more)
                actions.add_note(ticket_id=ticket, by=make_user(f"writer{more}"), text="A note.")
        for path in LISTS:
            address = path.replace("{ticket}", str(ticket))
            program.get(address)
            with CaptureQueriesContext(connection) as queries:
                rows = program.get(address).get("results", [0] * 20)
            assert len(rows) >= number, path
            cost.setdefault(path, []).append(len(queries))
    assert [path for path, (one, twenty) in cost.items() if one != twenty] == [], cost
    assert max(max(numbers) for numbers in cost.values()) <= 10, cost
