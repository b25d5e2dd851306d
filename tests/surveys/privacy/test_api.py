"""The API of what is kept of a contact."""

import json

import pytest

from nps_project.privacy.models import Erasure
from tests.api_client import Program
from tests.factories import make_contact, make_survey, make_ticket
from tests.nps_project.privacy.customer import where

pytestmark = pytest.mark.django_db


def test_an_admin_key_gets_everything_and_erases_once_after_a_confirmation() -> None:
    contact = make_contact(1, name="Zarathustra Q")
    make_ticket(make_survey(), 2, "Banners came late", contact=contact)
    program = Program("admin")
    given = program.get(f"contacts/{contact.pk}/everything/")
    assert given["id"] == contact.pk
    assert "Banners came late" in json.dumps(given)
    path = f"contacts/{contact.pk}/erase/"
    for body in ({}, {"confirm": "Somebody"}, {"confirm": "Zarathustra Q", "why": "x"}, {"confirm": 1, "who": 2}):
        assert program.call("POST", path, body).status_code == 422
    assert not Erasure.objects.exists()
    done = program.call("POST", path, {"confirm": "customer1@EXAMPLE.com"})
    assert done.status_code == 200
    assert done.json()["counts"]["contacts"] == 1
    assert program.call("POST", path, {"confirm": "anything"}).json() == done.json()
    assert program.call("GET", f"contacts/{contact.pk}/").status_code == 404
    assert program.call("GET", "contacts/").json()["results"] == []
    assert program.call("POST", "invitations/", {"survey": "autumn", "contact": contact.pk}).status_code == 422
    assert where(["zarathustra", "banners"]) == {}


def test_no_other_key_gets_or_erases_anything() -> None:
    contact, survey = make_contact(1), make_survey()
    make_ticket(survey, 2, "Late", contact=contact)
    for program in (Program("read"), Program("write"), Program("admin", survey=survey)):
        assert program.call("GET", f"contacts/{contact.pk}/everything/").status_code == 403
        asked = program.call("POST", f"contacts/{contact.pk}/erase/", {"confirm": "customer1@example.com"})
        assert asked.status_code == 403
    assert Program("admin").call("GET", "contacts/99999/everything/").status_code == 404
    assert not Erasure.objects.exists()
