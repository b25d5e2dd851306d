"""The pages of a customer's data, the command, and what a customer's old links say afterwards."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from followup.conversations.case.links import case_path
from nps_project.accounts.links import make_token
from nps_project.accounts.models import User
from nps_project.privacy.models import Erasure, NeverAsked
from surveys.models import Contact, Response
from surveys.services.invitations import create_invitation
from surveys.services.responses import NewAnswer, change_response
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.nps_project.privacy.customer import where

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user("ada", "admin")


@pytest.fixture
def contact() -> Contact:
    return make_contact(1, name="Zarathustra Q", external_id="C-1")


def erase_page(contact: Contact) -> str:
    return f"/contacts/{contact.pk}/erase/"


def test_an_admin_gets_everything_in_one_file(admin: User, contact: Contact) -> None:
    make_ticket(make_survey(), 2, "Banners came late", contact=contact)
    answer = client_of(admin).get(f"/contacts/{contact.pk}/everything/")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="contact-{contact.pk}-')
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json; charset=utf-8", "private, no-store")
    given = json.loads(answer.getvalue())
    tables = {name: rows for part in given["parts"] for name, rows in part["tables"].items()}
    assert tables["contacts"][0]["name"] == "Zarathustra Q"
    assert tables["answers"][0]["comment"] == "Banners came late"
    assert tables["answers"][0]["answered_at"].endswith("+00:00")
    assert tables["tickets"][0]["score"] == 2
    assert "salt" not in answer.getvalue().decode()


def test_the_page_says_what_goes_and_what_stays_and_erases_after_the_name(admin: User, contact: Contact) -> None:
    make_ticket(make_survey(), 2, "Banners came late", contact=contact)
    client = client_of(admin)
    page = client.get(erase_page(contact)).content.decode()
    assert "Zarathustra Q" in page
    assert "customer1@example.com" in page
    assert "One ticket of theirs is still open" in page
    wrong = client.post(erase_page(contact), {"typed": "Somebody Else", "why": "asked"})
    assert wrong.status_code == 422
    assert "“Somebody Else” is not what is known of them" in wrong.content.decode()
    assert not Erasure.objects.exists()
    done = client.post(erase_page(contact), {"typed": " zarathustra  q", "why": "asked"})
    assert (done.status_code, done["Location"]) == (302, erase_page(contact))
    shown = client.get(erase_page(contact)).content.decode()
    assert "This customer was erased" in shown
    assert "Zarathustra" not in shown
    again = client.post(erase_page(contact), {"typed": "Zarathustra Q", "why": "asked"})  # a second click
    assert again.status_code == 302
    (erasure,) = Erasure.objects.all()
    assert (erasure.by, erasure.why, erasure.row_id) == (admin, "asked", contact.pk)
    assert client.get(f"/contacts/{contact.pk}/")["Location"] == erase_page(contact)
    assert client_of(make_user("mo", "manager")).get(f"/contacts/{contact.pk}/").status_code == 404
    listed = client.get("/setup/erased/").content.decode()
    assert f"Customer {contact.pk}" in listed
    assert where(["zarathustra"]) == {}


def test_nobody_below_an_admin_gets_or_erases_anything(contact: Contact) -> None:
    for role in ("viewer", "agent", "manager"):
        client = client_of(make_user(f"one-{role}", role))
        for address in (erase_page(contact), f"/contacts/{contact.pk}/everything/", "/setup/erased/"):
            assert client.get(address).status_code == 403
        assert client.post(erase_page(contact), {"typed": "Zarathustra Q", "why": "asked"}).status_code == 403
        assert "Their data" not in client.get(f"/contacts/{contact.pk}/").content.decode()
    assert not Erasure.objects.exists()


def test_a_forged_form_erases_nothing(admin: User, contact: Contact) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.post(erase_page(contact), {"typed": "Zarathustra Q", "why": "asked"}).status_code == 403
    assert client_of(admin).post(erase_page(contact), {"typed": "Zarathustra Q", "why": "\0"}).status_code == 422
    assert client_of(admin).get("/contacts/999999999/erase/").status_code == 404
    assert not Erasure.objects.exists()


def test_an_answer_of_nobody_known_is_erased_from_its_page(admin: User) -> None:
    answer = make_answer(make_survey(), 9, "Zarathustra was here", contact_email="z@example.com")
    client, address = client_of(admin), f"/contacts/answers/{answer.pk}/erase/"
    assert address in client.get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "z@example.com" in client.get(f"/contacts/answers/{answer.pk}/everything/").getvalue().decode()
    assert client.post(address, {"typed": "z@example.com", "why": "other"}).status_code == 302
    assert "The words of this answer were erased" in client.get(f"/desk/answers/{answer.pk}/").content.decode()
    assert where(["zarathustra"]) == {}


def test_old_links_say_kindly_that_it_is_no_longer_there(admin: User, contact: Contact) -> None:
    survey = make_survey()
    link = create_invitation(survey=survey, contact=contact)
    ticket = make_ticket(survey, 2, "Late", contact=contact, invitation_id=link.pk)
    open_link = create_invitation(survey=survey, contact=contact)
    client_of(admin).post(erase_page(contact), {"typed": "C-1", "why": "asked"})
    ticket.response.refresh_from_db()
    personal = [f"/r/{make_token('r', one.public_id)}/" for one in (link, open_link)]
    thanks = f"/t/{make_token('t', ticket.response.public_id)}/"
    for address in (*personal, thanks):
        for answer in (Client().get(address), Client().post(address, {"score": "9", "comment": "More"})):
            assert answer.status_code == 410, address
            assert "This is no longer here." in answer.content.decode()
    assert Client().get(case_path(ticket.response)).status_code == 410
    assert Client().post(case_path(ticket.response), {"do": "write", "text": "More"}).status_code == 410
    assert not change_response(response_id=ticket.response_id, answer=NewAnswer(9, comment="More"))
    assert where(["more"]) == {} or "surveys_response.comment" not in where(["more"])
    assert Response.objects.filter(contact=contact).count() == 1


def run(*words: str) -> str:
    out = StringIO()
    call_command("erase_customer", *words, stdout=out)
    return out.getvalue()


def test_the_command_shows_first_and_erases_when_told_so(contact: Contact) -> None:
    make_answer(make_survey(), 2, "Late", contact=contact)
    for who in (str(contact.pk), "C-1", "CUSTOMER1@example.com"):
        assert "Nothing is changed" in run(who)
    assert not Erasure.objects.exists()
    assert "erased:" in run("customer1@example.com", "--yes")
    assert where(["zarathustra"]) == {}
    with pytest.raises(CommandError, match="Nobody is known"):
        run("customer1@example.com")
    assert NeverAsked.objects.count() == 1
    assert "may be asked again" in run("--allow", "customer1@example.com")
    assert not NeverAsked.objects.exists()


def test_a_restored_customer_is_erased_again_by_the_list_and_nobody_else(
    admin: User, contact: Contact, tmp_path: Path
) -> None:
    client = client_of(admin)
    client.post(erase_page(contact), {"typed": "C-1", "why": "asked"})
    listed = tmp_path / "erased.jsonl"
    listed.write_bytes(client.get("/setup/erased/list/").getvalue())
    # As a restored backup has it: the customer is there, and the erasure is not known.
    Erasure.objects.all().delete()
    Contact.objects.filter(pk=contact.pk).update(name="Zarathustra Q", erased_at=None, email="customer1@example.com")
    assert "1 erased again; 0 are not here." in run("--again", str(listed))
    assert where(["zarathustra"]) == {}
    # The same number, but another customer.
    Contact.objects.filter(pk=contact.pk).delete()
    other = make_contact(2, name="Zarathustra R", id=contact.pk)
    assert "0 erased again; 1 are not here." in run("--again", str(listed))
    other.refresh_from_db()
    assert other.name == "Zarathustra R"
    listed.write_text("nonsense\n")
    with pytest.raises(CommandError, match="line 1: nonsense"):
        run("--again", str(listed))
