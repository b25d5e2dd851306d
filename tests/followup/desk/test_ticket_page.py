"""A ticket's page: what it shows, each action with its faults, and who may do what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.desk.ticket import page as ticket_page
from followup.history import chain
from followup.models import ActivityKind, Attempt, RootCause, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions, attempts
from nps_project.accounts.models import Team, User
from surveys.models import Contact, Response, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return make_user("marit", time_zone="Europe/Copenhagen")


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def ticket(survey: Survey) -> Ticket:
    contact = make_contact(1, traits={"company": "Nordlys Tryk", "plan": "gold"}, value=48000)
    return make_ticket(survey, 0, "Ingen ringede.\nOverhovedet ingen.", contact=contact, language="da")


def page_of(user: User, ticket: Ticket, query: str = "") -> str:
    answer = client_of(user).get(f"/desk/tickets/{ticket.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def act(user: User, ticket: Ticket, action: str, **data: Any) -> HttpResponse:
    client_answer = client_of(user).post(f"/desk/tickets/{ticket.pk}/{action}/", data)
    ticket.refresh_from_db()
    return cast(HttpResponse, client_answer)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def test_the_page_shows_the_story(agent: User, ticket: Ticket) -> None:
    page = page_of(agent, ticket)
    assert 'lang="da" dir="auto">Ingen ringede.\nOverhovedet ingen.</blockquote>' in page
    assert "tel:+4533120000" in page
    assert "mailto:customer1@example.com" in page
    for words in ("Customer 1", "Nordlys Tryk", "gold", "48,000", "Critical", "Owner: nobody yet", "23 h 59 m left"):
        assert words in page, words
    assert page.count('class="step"') == ticket.steps.count() > 0
    assert " CET<" in page or " CEST<" in page, "the exact time stands with its zone"


@pytest.mark.parametrize(
    ("comment", "look"),
    [
        ("", "left no words"),
        ("Short", "said said-short"),
        ("x" * 281, 'class="said"'),
        ("x" * 901, "said-fold"),
        ("line\n" * 13, "said-fold"),
    ],
)
def test_the_words_are_set_by_their_length(agent: User, survey: Survey, comment: str, look: str) -> None:
    assert look in page_of(agent, make_ticket(survey, 3, comment, contact=make_contact(1)))


def test_the_whole_way_to_resolved(agent: User, ticket: Ticket) -> None:
    assert act(agent, ticket, "claim").status_code == 303
    assert ticket.owner == agent
    answer = act(agent, ticket, "attempts", result="reached", channel="phone", minutes="5", note="Is <calmer> now")
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/tickets/{ticket.pk}/")
    assert ticket.first_contact_at is not None
    assert Attempt.objects.get().duration_s == 300
    for step in ticket.steps.all():
        assert act(agent, ticket, "steps", step=step.pk, done="yes").status_code == 303
    assert not ticket.steps.filter(done_at=None).exists()
    assert act(agent, ticket, "notes", text="Sends flowers").status_code == 303
    assert act(agent, ticket, "resolve", outcome="recovered", root_cause="delivery").status_code == 303
    assert (ticket.status, ticket.outcome) == ("resolved", "recovered")
    page = page_of(agent, ticket)
    assert "Resolved: Recovered, Delivery: late, wrong or damaged" in page
    assert "Is &lt;calmer&gt; now" in page
    assert 'href="#reopen"' in page
    assert 'href="#attempts"' not in page
    assert act(agent, ticket, "reopen", reason="Called again").status_code == 303
    assert ticket.status == "contacted"
    assert not list(chain.verify([ticket.pk]))


def test_a_compensation_has_its_amount(agent: User, ticket: Ticket) -> None:
    step = ticket.steps.get(kind="compensation")
    refused = act(agent, ticket, "steps", step=step.pk, done="yes", amount="25.50", currency="money")
    assert refused.status_code == 422
    refused = act(agent, ticket, "steps", step=step.pk, done="yes", amount="25.50", currency="12")
    assert refused.status_code == 422
    assert 'value="25.50"' in refused.content.decode()
    assert "three letters, such as EUR" in refused.content.decode()
    assert act(agent, ticket, "steps", step=step.pk, done="yes", amount="25.50", currency="dkk").status_code == 303
    assert "25.50 DKK" in page_of(agent, ticket)
    assert act(agent, ticket, "steps", step=step.pk, done="no").status_code == 303
    step.refresh_from_db()
    assert (step.done_at, step.amount) == (None, None)


def test_the_form_of_a_compensation_says_how_much_may_be_given(agent: User, survey: Survey) -> None:
    playbook = playbooks.playbook_of(survey.pk)
    draft = playbooks.draft_of(playbooks.plays_of(playbook)[0])
    limited = {**draft.fields, "compensation_limit": 25, "compensation_currency": "EUR"}
    playbooks.save_plays(playbook=playbook, drafts={0: replace(draft, fields=limited)})
    ticket = make_ticket(survey, 0)
    assert "At most 25.00 EUR; a manager may offer more." in page_of(agent, ticket)
    step = ticket.steps.get(kind="compensation")
    refused = act(agent, ticket, "steps", step=step.pk, done="yes", amount="25.01", currency="EUR").content.decode()
    assert "At most 25.00 EUR; a manager may offer more." in refused
    assert "What you give" in refused  # and not "Note"


def test_a_time_to_try_again_says_when_it_is_after_the_deadline(agent: User, survey: Survey) -> None:
    with time_machine.travel("2026-11-27 09:00:00+01:00", tick=False):
        ticket = make_ticket(survey, 0, contact=make_contact(3))
    with time_machine.travel("2026-11-28 08:00:00+01:00", tick=False):
        page = page_of(agent, ticket)
    assert "Today 08:30<" in page  # half-way
    assert "Today 10:00, after the deadline<" in page
    with time_machine.travel("2026-11-28 10:00:00+01:00", tick=False):
        assert "after the deadline" not in page_of(agent, ticket)  # it is late whatever is chosen


@pytest.mark.parametrize(
    ("action", "data", "words", "kept"),
    [
        ("attempts", {"note": "typed words"}, "attempts_result_error", "typed words"),
        ("attempts", {"result": "reached", "at": "2020-01-01T10:00", "note": "kept"}, "between the customer’s", "kept"),
        ("attempts", {"result": "reached", "minutes": "-1", "note": "kept"}, "attempts_minutes_error", "kept"),
        ("attempts", {"result": "reached", "at": "yesterday"}, "attempts_at_error", "yesterday"),
        ("notes", {"text": "   "}, "notes_text_error", ""),
        ("notes", {"text": "a\0b"}, "notes_text_error", ""),
        ("assign", {}, "either a person who works on tickets", ""),
        ("assign", {"owner": "999999"}, "assign_owner_error", ""),
        ("wait", {"until": "2020-01-01T10:00", "reason": "kept"}, "in the next 90 days", "kept"),
        ("resolve", {"outcome": "lost", "note": "kept"}, "resolve_root_cause_error", "kept"),
        ("resolve", {"outcome": "lost", "root_cause": "delivery"}, "No contact was logged.", ""),
        ("resolve", {"outcome": "won", "root_cause": "delivery", "note": "kept"}, "resolve_outcome_error", "kept"),
        ("steps", {"step": "99999999"}, "", ""),
    ],
)
def test_a_fault_is_shown_beside_the_field_and_nothing_is_lost(
    agent: User, ticket: Ticket, action: str, data: dict[str, str], words: str, kept: str
) -> None:
    before = kinds(ticket)
    answer = act(agent, ticket, action, **data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert kept in page
    assert "One thing needs a look" not in page, "there may be several"
    assert kinds(ticket) == before
    if action != "steps":
        assert f'class="panel is-open" id="{action}"' in page
        assert f'<a href="#{action}">Something in the form needs a look' in page


def test_what_changed_meanwhile_is_told_kindly(agent: User, ticket: Ticket) -> None:
    actions.claim(ticket_id=ticket.pk, by=make_user("peter"))
    answer = act(agent, ticket, "claim")
    assert answer.status_code == 409
    assert "A colleague has taken this ticket already." in answer.content.decode()
    cause = RootCause.objects.get(slug="delivery")
    actions.resolve(ticket_id=ticket.pk, by=agent, outcome="lost", root_cause=cause, note="Gone")
    answer = act(agent, ticket, "attempts", result="reached", note="what I typed")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This ticket was resolved meanwhile" in page
    assert "what I typed" in page


def test_handing_over_and_waiting(agent: User, ticket: Ticket) -> None:
    colleague, team = make_user("peter"), Team.objects.create(name="North")
    assert act(agent, ticket, "assign", owner=colleague.pk).status_code == 303
    assert ticket.owner == colleague
    assert act(agent, ticket, "assign", team=team.pk).status_code == 303
    assert (ticket.owner_id, ticket.team_id) == (None, team.pk)
    until = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert act(agent, ticket, "wait", until=until, reason="On holiday").status_code == 303
    assert ticket.status == "waiting"
    page = page_of(agent, ticket)
    for words in ("Handed over: peter", "Handed over: North", "Waiting: until", "On holiday"):
        assert words in page, words


def test_a_time_in_the_minute_of_the_answer_is_taken(agent: User, ticket: Ticket) -> None:
    answered = ticket.response.answered_at
    typed = answered.astimezone(ZoneInfo("Europe/Copenhagen")).strftime("%Y-%m-%dT%H:%M")
    assert act(agent, ticket, "attempts", result="no_answer", at=typed).status_code == 303
    assert Attempt.objects.get().at == answered


@pytest.mark.parametrize(
    "action", ["claim", "attempts", "notes", "steps", "assign", "wait", "resolve", "reopen", "contact"]
)
def test_who_may_do_what(ticket: Ticket, action: str) -> None:
    viewer, stranger = make_user("vera", "viewer"), make_user("nora", all_teams=False)
    assert act(viewer, ticket, action, text="x", reason="x").status_code == 403
    assert act(stranger, ticket, action, text="x", reason="x").status_code == 404
    assert client_of(stranger).get(f"/desk/tickets/{ticket.pk}/").status_code == 404
    assert client_of(viewer).get(f"/desk/tickets/{ticket.pk}/{action}/").status_code in (403, 405)
    assert kinds(ticket) == ["opened"]


def test_a_viewer_sees_all_and_can_do_nothing(ticket: Ticket) -> None:
    page = page_of(make_user("vera", "viewer"), ticket)
    assert "Ingen ringede." in page
    body = page.split('<main id="main"')[1].split("</main>")[0]
    assert body.count("<form") == body.count('<form id="here"') == 1  # that he looks at it is no change
    assert "<button" not in body


def test_own_and_team_tickets_are_open_to_the_limited(survey: Survey, ticket: Ticket) -> None:
    owner, member = make_user("owner", all_teams=False), make_user("member", all_teams=False)
    team = Team.objects.create(name="North")
    team.members.add(member)
    actions.assign(ticket_id=ticket.pk, by=owner, team=team)
    actions.assign(ticket_id=ticket.pk, by=owner, owner=owner)
    assert act(owner, ticket, "notes", text="mine").status_code == 303
    assert act(member, ticket, "notes", text="ours").status_code == 303


def test_nobody_to_reach_is_said(agent: User, survey: Survey) -> None:
    page = page_of(agent, make_ticket(survey, 3))
    assert "There is no way to reach this customer" in page
    assert "no way to reach</span>" in page


def test_a_typed_address_is_unverified_until_a_person_says_who_it_is(agent: User, survey: Survey) -> None:
    known = make_contact(7, name="Karin Jensen", value=100)
    ticket = make_ticket(survey, 3, contact_email="Customer7@Example.com", contact_name="Karin")
    page = page_of(agent, ticket)
    assert "Unverified" in page
    assert "May be Karin Jensen" in page
    assert ticket.response.contact_id is None
    assert act(agent, ticket, "contact").status_code == 303
    assert Response.objects.get(pk=ticket.response_id).contact == known
    assert ticket.value_rank == -100
    assert kinds(ticket)[-1] == ActivityKind.CONTACT_CONFIRMED
    assert not list(chain.verify([ticket.pk]))
    assert "May be" not in page_of(agent, ticket)
    assert act(agent, ticket, "contact").status_code == 422
    assert Contact.objects.count() == 1


def test_other_answers_of_the_same_customer_are_bounded(agent: User, survey: Survey, ticket: Ticket) -> None:
    for score in [9, 4, *([8] * 12)]:
        make_answer(survey, score, contact=ticket.response.contact)
    page = page_of(agent, ticket)
    assert page.count('href="/desk/answers/') - 1 == ticket_page.EARLIER_ANSWERS  # one is the navigation's


def test_long_history_is_paged(agent: User, ticket: Ticket) -> None:
    for number in range(ticket_page.HISTORY_PAGE + 5):
        actions.add_note(ticket_id=ticket.pk, by=agent, text=f"note {number}!")
    page = page_of(agent, ticket)
    assert "note 54!" in page
    assert "note 4!" not in page
    older = page.split('href="?before=')[1].split("#")[0]
    page = page_of(agent, ticket, f"?before={older}")
    assert "note 4!" in page
    assert "note 54!" not in page
    assert "note 54!" in page_of(agent, ticket, "?before=bogus")


def test_the_reason_for_no_contact_says_that_there_was_one_meanwhile(agent: User, ticket: Ticket) -> None:
    attempts.log_attempt(ticket_id=ticket.pk, by=make_user("jonas"), result="reached")
    typed = {"outcome": "lost", "no_attempt_reason": "No number", "seen": "1"}
    page = act(agent, ticket, "resolve", **typed).content.decode()
    assert "No number" in page
    assert "A contact was logged meanwhile." in page
    assert "No contact was logged on this ticket." not in page


def test_the_number_of_queries_is_fixed(agent: User, ticket: Ticket) -> None:
    client, counts = client_of(agent), []
    colleagues = [make_user(f"colleague{number}") for number in range(5)]
    for upto in (1, 20):
        for number in range(upto):
            attempts.log_attempt(ticket_id=ticket.pk, by=agent, result="no_answer", note=str(number))
            actions.assign(ticket_id=ticket.pk, by=agent, owner=colleagues[number % 5])
            make_ticket(ticket.survey, 3, contact=ticket.response.contact)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/desk/tickets/{ticket.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_unknown_tickets_and_actions_are_not_found(agent: User, ticket: Ticket) -> None:
    client = client_of(agent)
    assert client.get("/desk/tickets/99999999999999999999/").status_code == 404
    assert client.post(f"/desk/tickets/{ticket.pk}/delete/").status_code == 404
    assert client.get(f"/desk/tickets/{ticket.pk}/claim/").status_code == 405


@pytest.mark.parametrize("step", ["%", "%(x)s", "1%s", "\x00", "<b>", "9" * 40])
def test_a_step_that_is_none_is_refused_kindly(agent: User, ticket: Ticket, step: str) -> None:
    refused = client_of(agent).post(f"/desk/tickets/{ticket.pk}/steps/", {"step": step})

    assert refused.status_code in {404, 409, 422}


def test_the_plays_words_are_filled_for_this_customer() -> None:
    book = playbooks.ensure_default()
    draft = playbooks.draft_of(playbooks.plays_of(book)[6])
    words = {
        "call_script": {"en": "Hello {name} of {company}"},
        "mail_subject": {"en": "Your {score} for {brand}"},
        "mail_body": {"en": "Dear {name},\nthanks & sorry"},
    }
    playbooks.save_plays(playbook=book, drafts={6: playbooks.PlayDraft({**draft.fields, **words}, draft.steps)})
    contact = make_contact(77, name="{brand} <b>", traits={"company": "Nordlys"})
    ticket = make_ticket(make_survey("words"), 6, contact=contact)
    page = page_of(make_user("wim"), ticket)
    assert "Hello {brand} &lt;b&gt; of Nordlys" in page
    assert "?subject=Your%206%20for%20" in page
    assert "body=Dear%20%7Bbrand%7D%20%3Cb%3E%2C%0Athanks%20%26%20sorry" in page
    assert "Write the mail" in page


@pytest.mark.parametrize(
    ("fields", "is_offered"),
    [
        ({"time_zone": "Asia/Tokyo"}, True),
        ({"traits": {"country": "jp"}}, True),
        ({"time_zone": "Europe/Copenhagen", "traits": {"country": "jp"}}, False),
        ({"time_zone": "Mars/Base"}, False),
        ({}, False),
    ],
)
def test_a_time_when_they_are_in_is_offered_where_it_is_another(
    agent: User, survey: Survey, fields: dict[str, Any], is_offered: bool
) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(5, **fields))
    with time_machine.travel(datetime(2026, 11, 27, 12, tzinfo=UTC), tick=False):
        page = client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert ("when they are in: Mon 01:00, with them 09:00" in page) is is_offered
