"""What a ticket's page keeps and draws: records of steps, why nobody called, causes in two levels, scores over time."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followup.history import chain
from followup.models import Reminder, RootCause, Ticket
from followup.presentation import sparkline
from followup.tickets import actions, attempts
from nps_project.accounts.models import User
from surveys.models import Response
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea", language="en")


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make_ticket(make_survey(), 2, "Too late", contact=make_contact(1))


def page_of(user: User, ticket: Ticket) -> str:
    return client_of(user).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def act(user: User, ticket: Ticket, action: str, **data: Any) -> Any:
    return client_of(user).post(f"/desk/tickets/{ticket.pk}/{action}/", data)


def step_of(ticket: Ticket, kind: str) -> int:
    return ticket.steps.get(kind=kind).pk


def test_a_line_of_scores_is_as_wide_as_its_time() -> None:
    this = (NOW, 0)
    line = sparkline.score_line([(NOW - 4 * DAY, 10), this, (NOW - 3 * DAY, 5)], this, NOW)
    assert line is not None
    assert line.points == "16.0,6.0 61.0,24.0 196.0,42.0"
    assert line.here == ("196.0", "42.0")
    assert line.words.startswith("3 answers: from 10 (")
    assert " to 0 (" in line.words
    assert sparkline.score_line([this], this, NOW) is None
    at_once = sparkline.score_line([(NOW, 3), this, (NOW, 3)], this, NOW)
    assert at_once is not None
    assert [point.split(",")[0] for point in at_once.points.split()] == ["16.0", "106.0", "196.0"]


def test_earlier_scores_are_drawn_and_said_within_a_bound(ticket: Ticket, bea: User) -> None:
    assert "score-line" not in page_of(bea, ticket).split("</head>")[1]
    for days in range(1, 25):
        answer = make_answer(ticket.survey, days % 11, contact=ticket.response.contact)
        Response.objects.filter(pk=answer.pk).update(answered_at=ticket.response.answered_at - days * DAY)
    User.objects.filter(pk=bea.pk).update(language="nl")  # its decimals are commas, a drawing's are not
    page = page_of(bea, ticket)
    points = re.findall(r'<polyline points="([\d.,\- ]+)"', page)[0].split()
    assert len(points) == sparkline.MOST
    assert points[-1] == "196.0,34.8"
    assert "20 antwoorden: van 8 (" in page


def test_what_was_given_stands_in_the_readers_numbers(ticket: Ticket, bea: User) -> None:
    data = {"step": step_of(ticket, "compensation"), "done": "yes"}
    gift = {"amount": "1020.5", "currency": "eur", "note": "<i>flowers</i>"}
    assert act(bea, ticket, "steps", **data, **gift).status_code == 303
    page = page_of(bea, ticket)
    assert page.count("Gave 1,020.50 EUR: &lt;i&gt;flowers&lt;/i&gt;") == 2  # on its step, and in the history
    User.objects.filter(pk=bea.pk).update(language="da")
    assert "1.020,50 EUR" in page_of(bea, ticket)
    User.objects.filter(pk=bea.pk).update(language="en")
    act(bea, ticket, "steps", step=data["step"], done="no")
    assert act(bea, ticket, "steps", **data, currency="EUR").status_code == 303, "a currency that stood there is none"
    page = page_of(bea, ticket)
    assert page.count("flowers") == 1, "what was taken back is on no step"
    assert ticket.steps.get(kind="compensation").currency == ""
    assert list(chain.verify([ticket.pk])) == []


def test_the_entry_in_the_crm_and_what_to_raise_have_their_record(ticket: Ticket, bea: User) -> None:
    page = page_of(bea, ticket)
    for label in ("What you give", "Its number or address in the CRM", "What to raise"):
        assert label in page
    assert act(bea, ticket, "steps", step=step_of(ticket, "crm"), done="yes", note="CASE-77").status_code == 303
    assert act(bea, ticket, "steps", step=step_of(ticket, "next_contact"), done="yes", note="Bo").status_code == 303
    page = page_of(bea, ticket)
    assert page.count("In the CRM: CASE-77") == 2
    assert page.count("To raise: Bo") == 2
    assert '<p class="words" dir="auto">Bo</p>' in page, "the reminder says the same"
    long = "x" * 201
    actions.set_step(ticket_id=ticket.pk, step_id=step_of(ticket, "crm"), by=bea, note=long)
    assert f'<p class="words" dir="auto">{long}</p>' in page_of(bea, ticket)


def test_what_is_to_be_raised_stands_on_their_answers_too(ticket: Ticket, bea: User) -> None:
    contact = ticket.response.contact
    happy = make_answer(ticket.survey, 9, contact=contact)
    stranger = make_answer(ticket.survey, 9, contact=make_contact(2))
    assert (
        act(bea, ticket, "steps", step=step_of(ticket, "next_contact"), done="yes", note="a <lamp>").status_code == 303
    )
    reminder = Reminder.objects.get()
    path, client = f"/desk/answers/{happy.pk}/", client_of(bea)
    assert "a &lt;lamp&gt;</p>" in client.get(path).content.decode()
    assert "lamp" not in client.get(f"/desk/answers/{stranger.pk}/").content.decode()
    for wrong in (stranger.pk, happy.pk):
        given = reminder.pk if wrong == stranger.pk else "x"
        assert client.post(f"/desk/answers/{wrong}/raised/", {"reminder": given}).status_code == 422
    viewer = client_of(make_user("vera", "viewer"))
    assert "<button" not in viewer.get(path).content.decode().split("<main")[1].split("</main>")[0]
    assert viewer.post(f"{path}raised/", {"reminder": reminder.pk}).status_code == 403
    assert client.post(f"{path}raised/", {"reminder": reminder.pk}).status_code == 303
    assert client.post(f"{path}raised/", {"reminder": reminder.pk}).status_code == 422
    assert "lamp" not in client.get(path).content.decode()
    reminder.refresh_from_db()
    assert (reminder.raised_by, reminder.raised_on) == (bea, ticket), "its own ticket: the answer has none"
    entry = ticket.activities.latest("number")
    assert (entry.kind, entry.data["answer"]) == ("reminder_raised", happy.pk)
    assert list(chain.verify([ticket.pk])) == []


def test_an_answer_with_a_ticket_keeps_there_what_was_raised(ticket: Ticket, bea: User) -> None:
    actions.set_step(ticket_id=ticket.pk, step_id=step_of(ticket, "next_contact"), by=bea)
    again = make_ticket(make_survey("winter"), 4, contact=ticket.response.contact)
    path = f"/desk/answers/{again.response_id}/raised/"
    assert client_of(bea).post(path, {"reminder": Reminder.objects.get().pk}).status_code == 303
    assert Reminder.objects.get().raised_on == again


def test_a_call_takes_along_what_was_raised_in_it(ticket: Ticket, bea: User) -> None:
    for note in ("the lamp", "the fan"):
        step = ticket.steps.get(kind="next_contact")
        actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=bea, note=note)
    lamp, fan = Reminder.objects.order_by("pk")
    refused = act(bea, ticket, "attempts", raised=[lamp.pk])
    assert refused.status_code == 422
    assert f'name="raised" value="{lamp.pk}" checked' in refused.content.decode()
    elsewhere = make_ticket(make_survey("winter"), 4, contact=make_contact(3))
    assert act(bea, elsewhere, "attempts", result="reached", raised=[lamp.pk]).status_code == 303
    lamp.refresh_from_db()
    assert lamp.raised_at is None, "not of that customer"
    answer = act(bea, ticket, "attempts", result="reached", raised=[lamp.pk, lamp.pk, 10**30, "x"])
    assert answer.status_code == 303
    lamp.refresh_from_db()
    fan.refresh_from_db()
    assert (lamp.raised_by, fan.raised_by) == (bea, None)
    assert list(chain.verify()) == []


def test_why_nobody_called_is_asked_only_when_nobody_did(ticket: Ticket, bea: User) -> None:
    page = page_of(bea, ticket)
    assert "Why nobody contacted the customer" in page
    refused = act(bea, ticket, "resolve", outcome="lost", root_cause="delivery", note="kept words")
    assert refused.status_code == 422
    assert "No contact was logged. Say why" in refused.content.decode()
    assert "kept words" in refused.content.decode()
    words = {"no_attempt_reason": "Moved <abroad>", "note": "Sad"}
    assert act(bea, ticket, "resolve", outcome="lost", root_cause="delivery", **words).status_code == 303
    page = page_of(bea, ticket)
    assert "Why nobody contacted the customer: Moved &lt;abroad&gt;\nSad</p>" in page
    entry = Program().get(f"tickets/{ticket.pk}/activities/")["results"][0]
    assert (entry["no_attempt_reason"], entry["text"]) == ("Moved <abroad>", "Moved <abroad>\n\nSad")
    assert "Moved" not in str(entry["data"]), "words that can be erased stand beside the chain"
    assert list(chain.verify([ticket.pk])) == []


def test_whoever_was_called_is_not_asked_about(ticket: Ticket, bea: User) -> None:
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="no_answer")
    assert "no_attempt_reason" not in page_of(bea, ticket)
    late = act(bea, ticket, "resolve", outcome="won", root_cause="delivery", no_attempt_reason="typed before")
    assert "typed before" in late.content.decode()
    assert act(bea, ticket, "resolve", outcome="lost", root_cause="delivery").status_code == 303


def test_programs_say_why_nobody_called(ticket: Ticket) -> None:
    ending = {"outcome": "lost", "root_cause": "delivery"}
    refused = Program().post(f"tickets/{ticket.pk}/resolve/", ending, 422)
    assert refused["errors"][0]["field"] == "no_attempt_reason"
    Program().post(f"tickets/{ticket.pk}/resolve/", ending | {"no_attempt_reason": "No number"}, 200)
    other = make_ticket(ticket.survey, 3)
    Program().post(f"tickets/{other.pk}/resolve/", ending | {"note": "A note does, too"}, 200)


def test_root_causes_stand_in_their_two_levels(ticket: Ticket, bea: User) -> None:
    delivery = RootCause.objects.get(slug="delivery")
    retired = RootCause.objects.create(slug="old", names={"en": "Old <ways>"}, position=50, is_active=False)
    for slug, parent in (("courier", delivery), ("fax", retired)):
        RootCause.objects.create(slug=slug, names={"en": slug.title()}, parent=parent, position=1)
    page = page_of(bea, ticket)
    select = page.split('name="root_cause"')[1].split("</select>")[0]
    name = "Delivery: late, wrong or damaged"
    group = select.split(f'<optgroup label="{name}">')[1].split("</optgroup>")[0]
    assert re.findall(r'value="(\w+)"[^>]*>([^<]+)<', group) == [
        ("delivery", f"{name}, in general"),
        ("courier", "Courier"),
    ]
    assert '<optgroup label="Old &lt;ways&gt;">' in select
    assert 'value="old"' not in select
    refused = act(bea, ticket, "resolve", outcome="x", root_cause="courier", no_attempt_reason="why")
    assert re.search(r'value="courier"\s+selected', refused.content.decode())
    assert act(bea, ticket, "resolve", outcome="lost", root_cause="old", no_attempt_reason="why").status_code == 422
    assert act(bea, ticket, "resolve", outcome="lost", root_cause="courier", no_attempt_reason="why").status_code == 303
    assert "Lost, Courier" in page_of(bea, ticket)


def test_steps_that_are_not_done_are_named_before_the_button(ticket: Ticket, bea: User) -> None:
    first = ticket.steps.all()[0]
    actions.set_step(ticket_id=ticket.pk, step_id=first.pk, by=bea)
    panel = page_of(bea, ticket).split('id="resolve"')[1].split("</section>")[0]
    named = re.findall(r"<li>([^<]+)</li>", panel.split("Resolve the ticket</button>")[0])
    assert named == [step.text("en") for step in ticket.steps.all()[1:]]
