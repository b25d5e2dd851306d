"""The customer's own page: what it shows, what they can do there, and what a stranger or a program cannot."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from followup.causes import services as causes
from followup.conversations.case import services
from followup.conversations.case.links import case_path, case_url
from followup.conversations.case.models import CaseMessage
from followup.conversations.models import Message
from followup.conversations.writing.letter import letter_of
from followup.history import chain
from followup.models import CustomerSaid, Notice, RootCause, Ticket, TicketStatus
from followup.tickets import actions, attempts, opening, promises
from nps_project.accounts.links import make_token
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.web.rate_limit import store
from surveys.branding.look import Look
from surveys.models import Response, Survey
from surveys.services.decisions import accept_response
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def survey(db: None) -> Survey:
    causes.ensure_defaults()
    return make_survey()


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea sørensen", "manager")


@pytest.fixture
def nameless(survey: Survey) -> Response:
    """An unhappy answer of nobody; its ticket is not there yet."""
    return make_answer(survey, 2, "Late <b>again</b>")


def opened(response: Response) -> Ticket:
    ticket = opening.open_for_response(response.pk) or Ticket.objects.get(response=response)
    return Ticket.objects.get(pk=ticket.pk)


def page_of(response: Response) -> str:
    answer = Client().get(case_path(response))
    assert answer.status_code == 200
    return answer.content.decode()


def post(response: Response, client: Client | None = None, **fields: str) -> Any:
    return (client or Client()).post(case_path(response), fields)


def submission_on(page: str) -> str:
    found = re.search(r'name="submission" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_page_shows_the_newest_score_of_who_was_asked_again(survey: Survey) -> None:
    first = make_answer(survey, 3, "Late", contact=make_contact(1))
    opened(first)
    assert "asked you again" not in page_of(first)
    opening.open_for_response(make_answer(survey, 9, contact=first.contact, follows_id=first.pk).pk)
    page = page_of(first)
    assert "3 out of 10" in page
    assert "When we asked you again: 9 out of 10" in page


def state_of_everything() -> list[Any]:
    return [Message.objects.count(), CaseMessage.objects.count(), list(Ticket.objects.values()), Notice.objects.count(),
            list(Response.objects.values("score", "comment", "state", "contact_email", "changed_at"))]  # fmt: skip


def test_the_page_shows_what_was_said_and_promised_and_by_whom(survey: Survey, bea: User) -> None:
    response = make_answer(survey, 2, "Late <b>again</b>", contact=make_contact(1))
    ticket = opened(response)
    actions.claim(ticket_id=ticket.pk, by=bea)
    due = timezone.now() + 48 * HOUR
    promises.make(ticket_id=ticket.pk, by=bea, text="A new banner <i>", due_at=due)
    gone = promises.make(ticket_id=ticket.pk, by=bea, text="Something else", due_at=due)
    promises.waive(ticket_id=ticket.pk, promise_id=gone.pk, by=bea, reason="not wanted")
    actions.add_note(ticket_id=ticket.pk, by=bea, text="A secret among us")
    page = page_of(response)
    assert "2 out of 10" in page
    assert "Late &lt;b&gt;again&lt;/b&gt;" in page
    assert "A new banner &lt;i&gt;" in page
    assert "We will contact you by" in page
    assert "bea looks after it." in page
    for hidden in ("sørensen", "A secret among us", "Something else", "customer1@example.com", "<script"):
        assert hidden not in page


def test_the_page_is_nobody_elses(nameless: Response) -> None:
    answer = Client().get(case_path(nameless))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert case_url(nameless).endswith(case_path(nameless))


@pytest.mark.parametrize("purpose", ["t", "r", "unsubscribe", "submission"])
def test_a_token_for_something_else_opens_no_case(nameless: Response, purpose: str) -> None:
    assert Client().get(f"/case/{make_token(purpose, nameless.public_id)}/").status_code == 404


def test_a_forged_cut_or_longer_token_opens_no_case(nameless: Response) -> None:
    token = make_token("case", nameless.public_id)
    flipped = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
    for forged in (flipped, token[:-1], token + "A", token.lower(), "x", "%00", "é" * 43):
        answer = Client().get(f"/case/{forged}/")
        assert answer.status_code == 404, forged
        assert Client().post(f"/case/{forged}/", {"do": "write", "text": "hello"}).status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(nameless: Response, method: str) -> None:
    before = state_of_everything()
    for query in ("", "?do=said&said=fixed", "?do=write&text=hello", "?done=write"):
        assert Client().generic(method, f"{case_path(nameless)}{query}").status_code in (200, 204)
    assert state_of_everything() == before
    assert Client().put(case_path(nameless), "x").status_code == 405


def test_a_message_opens_the_ticket_at_once_and_is_answered_there(nameless: Response, bea: User) -> None:
    answer = post(nameless, do="write", text="Nobody came.\r\nStill!")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/case/")
    ticket = Ticket.objects.get(response=nameless)
    assert ticket.next_contact_due_at is not None
    message = Message.objects.get()
    assert (message.ticket, message.text, message.channel, message.direction) == (
        ticket, "Nobody came.\nStill!", "case", "in",
    )  # fmt: skip
    assert "Nobody came." in page_of(nameless)
    desk = client_of(bea)
    assert "Nobody came." in desk.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    answered = desk.post(f"/desk/tickets/{ticket.pk}/case/", {"text": "We come tomorrow <b>"})
    assert answered.status_code == 303
    after = Ticket.objects.get()
    assert (after.next_contact_due_at, after.status) == (None, TicketStatus.CONTACTED)
    page = page_of(nameless)
    assert "We come tomorrow &lt;b&gt;" in page
    assert "sørensen" not in page
    assert list(chain.verify([ticket.pk])) == []


def test_the_same_form_twice_is_one_message_and_with_other_words_two(nameless: Response) -> None:
    submission = submission_on(page_of(nameless))
    for text in ("Hello?", "Hello?", "Hello? And another thing", "Hello?"):
        assert post(nameless, do="write", text=text, submission=submission).status_code == 303
    texts = list(Message.objects.order_by("pk").values_list("text", flat=True))
    assert texts == ["Hello?", "Hello? And another thing"]


def test_a_submission_of_another_case_is_none(nameless: Response, survey: Survey) -> None:
    other = submission_on(page_of(make_answer(survey, 1)))
    post(nameless, do="write", text="Hello?", submission=other)
    assert CaseMessage.objects.get().submission is None


@pytest.mark.parametrize("text", ["", "   \n ", "\u200b\u2060", "\0\0"])
def test_nothing_is_no_message(nameless: Response, text: str) -> None:
    answer = post(nameless, do="write", text=text)
    assert answer.status_code == 422
    assert "Please write something first." in answer.content.decode()
    assert not Message.objects.exists()


def test_too_long_a_message_comes_back_with_its_length(nameless: Response) -> None:
    answer = post(nameless, do="write", text="a" * 20_000)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "20,000 characters long. At most 10,000 fit" in page
    assert "a" * 20_000 in page
    assert post(nameless, do="write", text="a" * 1_000_000).status_code == 413
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7|add:7 }} {% now %}", "\u202etxet", "=cmd|' /C'!A0"]
)
def test_what_they_write_is_text(nameless: Response, bea: User, text: str) -> None:
    post(nameless, do="write", text=text)
    ticket = Ticket.objects.get()
    for page in (page_of(nameless), client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()):
        assert escape(text) in page
        assert "<script>alert" not in page
    assert Message.objects.get().text == text


def test_not_fixed_reopens_and_fixed_marks(survey: Survey, bea: User) -> None:
    response = make_answer(survey, 2, contact=make_contact(1))
    ticket = opened(response)
    assert "Is it fixed for you?" not in page_of(response)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    actions.resolve(ticket_id=ticket.pk, by=bea, outcome="kept", root_cause=RootCause.objects.all()[0])
    assert "Is it fixed for you?" in page_of(response)
    assert post(response, do="said", said="fixed").status_code == 303
    ticket.refresh_from_db()
    assert (ticket.customer_said, ticket.is_resolved) == ("fixed", True)
    assert "You told us that it is fixed." in page_of(response)
    for _twice in range(2):
        assert post(response, do="said", said="not_fixed").status_code == 303
    ticket.refresh_from_db()
    assert (ticket.customer_said, ticket.status) == ("not_fixed", TicketStatus.CONTACTED)
    assert ticket.next_contact_due_at is not None
    said = ticket.activities.filter(kind="customer_said")
    assert [entry.data["said"] for entry in said.order_by("number")] == ["fixed", "not_fixed"]
    assert post(response, do="said", said="<b>").status_code == 303
    row = client_of(bea).get("/desk/?view=all").content.decode()
    assert "says that it is not fixed" in row
    table = b"".join(client_of(bea).get("/desk/tickets.csv")).decode()
    assert "Not fixed" in table


def test_a_name_and_an_address_given_later_start_the_clock(nameless: Response, survey: Survey) -> None:
    assert opened(nameless).first_contact_due_at is None
    with time_machine.travel(timezone.now() + timedelta(days=survey.edit_days + 30), tick=False):
        bad = post(nameless, do="contact", contact_email="karin@")
        assert bad.status_code == 422
        assert "not a complete e-mail address" in bad.content.decode()
        post(nameless, do="contact", contact_name="Karin", contact_email="karin@nordlys.dk")
        opening.open_for_response(nameless.pk)
    nameless.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (nameless.contact_name, nameless.contact_email) == ("Karin", "karin@nordlys.dk")
    assert ticket.first_contact_due_at is not None
    assert ticket.activities.latest("number").kind == "reach_changed"
    assert "May we call or write to you" not in page_of(nameless)


def test_what_is_written_on_a_doubtful_answer_waits_and_comes_with_its_ticket(survey: Survey, bea: User) -> None:
    doubtful = make_answer(survey, 1, state="provisional", evidence={"why": "flood"})
    post(doubtful, do="write", text="It is really me")
    message = Message.objects.get()
    assert (message.ticket, message.status) == (None, "waiting")
    assert "It is really me" in page_of(doubtful)
    assert sweep.run(services.TAKE_OVER, timezone.now()) == 0
    accept_response(response_id=doubtful.pk, by=bea)
    ticket = opened(doubtful)
    assert sweep.run(services.TAKE_OVER, timezone.now()) == 1
    message.refresh_from_db()
    assert (message.ticket, message.status) == (ticket, "received")
    ticket.refresh_from_db()
    assert ticket.next_contact_due_at is not None


def test_mail_that_waits_or_came_of_itself_is_not_shown(survey: Survey) -> None:
    response = make_answer(survey, 2, contact=make_contact(1))
    ticket = opened(response)
    plain = {"ticket": ticket, "text": "x", "channel": "mail"}
    for direction, status, text, more in (
        ("out", "sent", "Sent words", {}),
        ("out", "queued", "Queued words", {}),
        ("out", "cancelled", "Taken back words", {}),
        ("in", "received", "Own words", {}),
        ("in", "received", "Automatic words", {"is_automatic": True}),
        ("in", "waiting", "Stranger's words", {"is_accepted": False}),
    ):
        Message.objects.create(**(plain | more | {"direction": direction, "status": status, "text": text}))
    page = page_of(response)
    for text in ("Sent words", "Own words"):
        assert text in page
    for text in ("Queued words", "Taken back words", "Automatic words", "Stranger"):
        assert text not in page


def test_too_much_in_an_hour_is_refused_kindly_and_kept_on_the_page(nameless: Response) -> None:
    store.reconnect()
    answers = [post(nameless, do="write", text=f"Message {n}") for n in range(25)]
    assert [answer.status_code for answer in answers].count(303) == 20
    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0
    assert "Message 24" in last.content.decode()
    assert Message.objects.count() == 20


def test_the_thanks_page_leads_the_unhappy_there_and_costs_no_query_more(
    nameless: Response, survey: Survey, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    thanks = f"/t/{make_token('t', nameless.public_id)}/"
    Client().get(thanks)  # reads the look and the key of all links, once for each process
    with CaptureQueriesContext(connection) as queries:
        page = Client().get(thanks).content.decode()
    assert case_path(nameless) in page
    monkeypatch.setattr("surveys.views.thanks.case_path_of", lambda response: "")
    with django_assert_num_queries(len(queries)):
        assert case_path(nameless) not in Client().get(thanks).content.decode()
    happy = make_answer(survey, 9)
    assert "/case/" not in Client().get(f"/t/{make_token('t', happy.public_id)}/").content.decode()


def test_a_page_in_wrong_hands_is_closed_by_a_manager(nameless: Response, bea: User) -> None:
    ticket = opened(nameless)
    agent = client_of(make_user("cai"))
    assert agent.post(f"/desk/tickets/{ticket.pk}/case/close/").status_code == 403
    manager = client_of(bea)
    assert manager.post(f"/desk/tickets/{ticket.pk}/case/close/").status_code == 303
    assert Client().get(case_path(nameless)).status_code == 410
    assert post(nameless, do="write", text="hello").status_code == 410
    assert not Message.objects.exists()
    manager.post(f"/desk/tickets/{ticket.pk}/case/close/", {"open": "1"})
    assert Client().get(case_path(nameless)).status_code == 200


@pytest.mark.parametrize("language", ["nl", "da"])
def test_the_page_is_in_the_language_of_the_answer(survey: Survey, language: str) -> None:
    response = make_answer(survey, 2, language=language)
    answer = Client(headers={"accept-language": "en"}).get(case_path(response))
    assert f'<html lang="{language}"' in answer.content.decode()
    assert "Your case" not in answer.content.decode()


def test_times_are_those_of_the_customer(survey: Survey) -> None:
    with time_machine.travel("2026-11-27T12:00:00+00:00", tick=False):
        response = make_answer(survey, 2, contact=make_contact(1, time_zone="Asia/Tokyo"))
        ticket = opened(response)
        assert ticket.first_contact_due_at is not None
        page = page_of(response)
    assert "JST" in page


def test_strangers_answer_no_case_of_another_team(nameless: Response) -> None:
    ticket = opened(nameless)
    stranger = client_of(make_user("cai", all_teams=False))
    assert stranger.post(f"/desk/tickets/{ticket.pk}/case/", {"text": "hello"}).status_code == 404
    viewer = client_of(make_user("vi", "viewer"))
    assert viewer.post(f"/desk/tickets/{ticket.pk}/case/", {"text": "hello"}).status_code == 403


def test_an_answer_is_sent_once_and_an_empty_one_comes_back(nameless: Response, bea: User) -> None:
    ticket = opened(nameless)
    desk = client_of(bea)
    address = f"/desk/tickets/{ticket.pk}/case/"
    submission = submission_on(desk.get(f"/desk/tickets/{ticket.pk}/").content.decode())
    for _twice in range(2):
        assert desk.post(address, {"text": "Hello", "submission": submission}).status_code == 303
    assert Message.objects.filter(direction="out").count() == 1
    empty = desk.post(address, {"text": " "})
    assert empty.status_code == 422
    assert "nothing is lost" in empty.content.decode()


def test_a_mail_of_the_ticket_leads_to_the_page(survey: Survey, bea: User) -> None:
    ticket = opened(make_answer(survey, 2, contact=make_contact(1)))
    letter = letter_of(Message(ticket=ticket, subject="Sorry", text="We come.", language="en"), "Nordlys", Look())
    assert case_url(ticket.response) in letter.text
    assert case_url(ticket.response) in letter.html


def test_programs_read_what_the_customer_says_and_filter_by_it(nameless: Response, survey: Survey) -> None:
    ticket, silent = opened(nameless), opened(make_answer(survey, 3))
    services.say(response_id=nameless.pk, said=CustomerSaid.NOT_FIXED, at=timezone.now())
    program = Program("read")
    said = {one["id"]: one["customer_said"] for one in program.get("tickets/")["results"]}
    assert said == {ticket.pk: "not_fixed", silent.pk: None}
    assert [one["id"] for one in program.get("tickets/?customer_said=not_fixed")["results"]] == [ticket.pk]
    assert program.get("tickets/?customer_said=fixed")["results"] == []
    assert program.get("tickets/?customer_said=maybe", status=400)["errors"]
