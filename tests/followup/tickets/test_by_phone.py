"""An answer that an agent took on the phone: who rang is known, and an unhappy one is contacted from the start."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followup.history import chain
from followup.models import Activity, Attempt, Stage, Ticket
from followup.tickets.opening import open_for_response
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services.surveys import save_texts, update_survey
from surveys.standard_texts import standard_texts
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user
from tests.page_forms import forms_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact() -> Contact:
    make_survey()
    return make_contact(1, language="da")


@pytest.fixture
def agent(contact: Contact) -> Client:
    return client_of(make_user("bea", language="en"))


def form_of(client: Client, contact: Contact) -> dict[str, list[str]]:
    page = client.get(f"/contacts/{contact.pk}/").content.decode()
    return next(form.sent() for form in forms_on(page) if form.action.endswith("/answer/"))


def test_score_and_save_are_two_clicks_on_the_contacts_page(agent: Client, contact: Contact) -> None:
    page = agent.get(f"/contacts/{contact.pk}/").content.decode()
    assert "Hvor sandsynligt" in page, "the question to read out, in the customer's language"
    sent = form_of(agent, contact) | {"score": ["9"]}
    answered = agent.post(f"/contacts/{contact.pk}/answer/", sent, follow=True)
    assert "is saved" in answered.content.decode()
    response = Response.objects.get()
    assert (response.score, response.channel, response.language) == (9, "phone", "da")
    assert response.contact == contact
    invitation = Invitation.objects.get()
    assert (invitation.channel, invitation.status, invitation.created_by and invitation.created_by.name) == (
        "phone", "answered", "bea",
    )  # fmt: skip
    contact.refresh_from_db()
    assert contact.last_asked_at == contact.last_answered_at == response.answered_at, "the quarantine counts from it"


def test_an_unhappy_one_opens_as_contacted_by_who_rang(agent: Client, contact: Contact) -> None:
    sent = form_of(agent, contact) | {"score": ["2"], "comment": ["Late <b>again</b>"]}
    agent.post(f"/contacts/{contact.pk}/answer/", sent)
    response = Response.objects.get()
    for _run in range(2):  # the hint and the sweep
        open_for_response(response.pk)
    ticket, attempt = Ticket.objects.get(), Attempt.objects.get()
    assert (ticket.status, ticket.first_contact_at, ticket.stage) == ("contacted", response.answered_at, Stage.NO_CLOCK)
    assert (attempt.by.name, attempt.result, attempt.channel, attempt.counts) == ("bea", "reached", "phone", True)
    assert list(Activity.objects.order_by("pk").values_list("kind", flat=True)) == ["opened", "attempt"]
    assert list(chain.verify([ticket.pk])) == []


def test_an_unhappy_answer_by_link_is_nobodys_contact(contact: Contact) -> None:
    assert make_ticket(Survey.objects.get(), 2, contact=contact).status == "open"
    assert not Attempt.objects.exists()


def test_a_double_click_saves_one_answer(agent: Client, contact: Contact) -> None:
    sent = form_of(agent, contact) | {"score": ["9"]}
    for _click in range(2):
        assert agent.post(f"/contacts/{contact.pk}/answer/", sent).status_code == 302
    assert Response.objects.count() == Invitation.objects.count() == 1


def test_without_a_score_nothing_is_saved_and_the_words_are_kept(agent: Client, contact: Contact) -> None:
    answer = agent.post(f"/contacts/{contact.pk}/answer/", form_of(agent, contact) | {"comment": ["They <i>wait</i>"]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose a number from 0 to 10." in page
    assert "They &lt;i&gt;wait&lt;/i&gt;" in page
    assert not Response.objects.exists()


def test_of_several_surveys_the_live_ones_are_offered(agent: Client, contact: Contact) -> None:
    update_survey(make_survey("paused"), {"status": "paused"})
    make_survey("winter")
    page = agent.get(f"/contacts/{contact.pk}/answer/").content.decode()
    assert 'value="autumn"' in page
    assert 'value="winter"' in page
    assert 'value="paused"' not in page
    agent.post(f"/contacts/{contact.pk}/answer/", {"survey": "winter", "score": "7"})
    assert Response.objects.get().survey.slug == "winter"
    assert agent.post(f"/contacts/{contact.pk}/answer/", {"survey": "paused", "score": "7"}).status_code == 422


def test_of_several_surveys_each_has_its_question_in_the_customers_language_and_at_one_query(
    agent: Client, contact: Contact
) -> None:
    texts = standard_texts("da")
    for slug in ("winter", "spring"):
        survey = make_survey(slug)
        save_texts(survey=survey, language="da", texts=texts | {"question": f"Hvad synes du om {{brand}} {slug}?"})
    update_survey(make_survey("english"), {"languages": ["en"]})
    with CaptureQueriesContext(connection) as asked:
        page = agent.get(f"/contacts/{contact.pk}/").content.decode()
    assert len([query for query in asked if 'FROM "surveys_surveywords"' in query["sql"]]) == 1
    questions = re.findall(r'<span class="under" lang="(..)" dir="auto">([^<]*)', page)
    assert [language for language, _words in questions] == ["en", "da", "da", "da"]
    assert [words for _language, words in questions][1:3] == [
        "Hvad synes du om Nordlys spring?", "Hvad synes du om Nordlys winter?",
    ]  # fmt: skip
    assert questions[3][1].startswith("Hvor sandsynligt")
    assert "0: Slet ikke sandsynligt · 10: " in page
    assert form_of(agent, contact)["survey"] == ["english"], "the newest is chosen, until another is"
    typed = agent.post(f"/contacts/{contact.pk}/answer/", form_of(agent, contact) | {"survey": ["winter"]})
    assert re.findall(r'name="survey" value="(\w+)" checked', typed.content.decode()) == ["winter"]


def test_viewers_are_offered_no_form_and_refused(contact: Contact) -> None:
    viewer = client_of(make_user("vic", "viewer"))
    assert "/answer/" not in viewer.get(f"/contacts/{contact.pk}/").content.decode()
    assert viewer.post(f"/contacts/{contact.pk}/answer/", {"score": "9"}).status_code == 403


def test_a_program_tells_of_a_call_with_its_key_as_who_rang(contact: Contact) -> None:
    program = Program("write")
    told = program.post("responses/", {"survey": "autumn", "score": 3, "contact": contact.pk, "channel": "phone"})
    assert told["channel"] == "phone"
    ticket = open_for_response(told["id"])
    assert ticket is not None
    assert (ticket.status, Attempt.objects.get().by) == ("contacted", program.user)
    program.post("responses/", {"survey": "autumn", "score": 3, "channel": "phone"}, status=422)
    program.post("responses/", {"survey": "autumn", "score": 3, "channel": "link"}, status=422)
    plain = program.post("responses/", {"survey": "autumn", "score": 3, "contact": contact.pk})
    opened = open_for_response(plain["id"])
    assert opened is not None
    assert (plain["channel"], opened.status) == ("api", "open")
