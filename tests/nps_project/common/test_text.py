"""Words that show nothing are no words, through every door; words with such signs among others stay as typed."""

import pytest
from django.test import Client

from followup.desk.ticket.forms import NoteForm
from followup.tickets import tags
from nps_project.accounts.people.forms import KeyForm, TeamForm
from nps_project.common.text import shown
from surveys.models import Contact, Response
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
NOTHING = [
    "\u200b",
    "\u2800",
    "\u3164",
    "\uffa0",
    "\u115f\u1160",
    "\u00ad\u2060",
    "\u202e",
    "\ufe0f",
    "\U000e0020",
    "\u00a0 ",
]


@pytest.mark.parametrize("given", ["Zoë", "👩\u200d👩\u200d👧", "می\u200cخواهم", "e\u0301", "-", "\u200bAda"])
def test_words_that_show_something_stay_as_they_are(given: str) -> None:
    assert shown(given) == given


@pytest.mark.parametrize("given", NOTHING)
def test_a_customer_whose_name_shows_nothing_is_known_by_address_or_number(client: Client, given: str) -> None:
    make_survey("hello")
    client.post("/s/hello/", {"score": "3", "comment": given, "contact_name": given, "contact_email": "a@example.com"})
    program = Program("write")
    program.post("responses/", {"survey": "hello", "score": 3, "comment": given, "name": given})
    made = program.post("contacts/", {"name": given, "email": "b@example.com", "traits": {"company": given}})

    assert set(Response.objects.values_list("comment", "contact_name")) == {("", "")}
    assert (made["name"], made["traits"]) == ("", {"company": ""})
    assert str(Contact.objects.get(pk=made["id"])) == "b@example.com"
    assert program.call("POST", "contacts/", {"name": given}).status_code == 422, "nothing to know them by"
    assert str(make_contact(7, name=given)) == "customer7@example.com", "stored before"


@pytest.mark.parametrize("given", NOTHING)
def test_colleagues_teams_keys_tags_and_notes_have_words_that_show(given: str) -> None:
    agent = make_user("bea")
    for form, field in ((TeamForm({"name": given}), "name"), (KeyForm({"name": given, "scope": "read"}), "name"),
                        (NoteForm({"text": given}), "text")):  # fmt: skip
        assert field in form.errors
    assert tags.clean([given, "gold"]) == ["gold"]
    agent.name = given
    assert str(agent) == "bea@example.com"

    ticket = make_ticket(make_survey(), 3, contact=make_contact(1, name=given))
    answer = Program("write").call("POST", f"tickets/{ticket.pk}/notes/", {"text": given})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")
    page = client_of(make_user("ada", "admin")).get("/desk/").content.decode()
    assert "customer1@example.com" in page
