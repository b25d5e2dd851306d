"""Contacts, companies and segments for programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from surveys.contacts.services import save_contact
from surveys.models import Asking, Company, Contact, Segment, Unsubscription
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["results"]]


def test_a_contact_has_its_company_wishes_and_quarantine() -> None:
    program, asked = Program("write"), timezone.now() - timedelta(days=10)
    made = program.post("contacts/", {"email": "a@shop.dk", "company": " Nordlys ", "traits": {"plan": "gold"}})
    assert (made["company"], made["traits"]) == ("Nordlys", {"plan": "gold", "company": "Nordlys"})
    address = f"contacts/{made['id']}/"
    changed = program.patch(address, {"do_not_contact": True, "ask_every_days": 90, "time_zone": "Europe/Copenhagen",
                                      "churned_at": "2026-03-01T00:00:00Z", "company": "Sydlys"})  # fmt: skip
    assert (changed["do_not_contact"], changed["ask_every_days"], changed["company"]) == (True, 90, "Sydlys")
    assert changed["traits"] == {"plan": "gold", "company": "Sydlys"}
    assert changed["churned_at"].startswith("2026-03-01")
    contact = Contact.objects.get()
    Contact.objects.update(last_asked_at=asked, unsubscribed_at=asked, bounced_at=asked)
    Unsubscription.objects.create(contact=contact, survey=make_survey("winter"))
    shown = program.get(address)
    assert shown["unsubscribed_surveys"] == ["winter"]
    assert datetime.fromisoformat(shown["may_be_asked_from"]) == asked + timedelta(days=90)
    assert shown["bounced_at"] is not None
    assert program.patch(address, {"email": "b@shop.dk"})["bounced_at"] is None  # a new address
    assert program.patch(address, {"ask_every_days": 3})["may_be_asked_from"] is None
    Asking.objects.update_or_create(pk=1, defaults={"quarantine_days": 45})
    without_a_wish = program.patch(address, {"ask_every_days": None})["may_be_asked_from"]
    assert datetime.fromisoformat(without_a_wish) == asked + timedelta(days=45)  # the company's
    page = client_of(make_user("ada")).get(f"/contacts/{contact.pk}/")
    assert (page.context["quarantine_days"], page.context["may_be_asked_from"]) == (45, asked + timedelta(days=45))
    refused: tuple[dict[str, Any], ...] = (
        {"unsubscribed_at": None}, {"bounced_at": None}, {"last_asked_at": None}, {"unsubscribed_surveys": []},
        {"may_be_asked_from": None}, {"time_zone": "Mars/Base"}, {"ask_every_days": -1}, {"company": None},
    )  # fmt: skip
    for fault in refused:
        assert next(iter(fault)) in str(program.patch(address, fault, 422)["errors"])


def fields(problem: dict[str, Any]) -> list[str]:
    return [fault["field"] for fault in problem["errors"]]


def test_nobody_left_in_the_future_or_is_asked_every_0_days_unless_it_is_stored() -> None:
    program, tomorrow = Program("write"), timezone.now() + timedelta(days=1)
    faults: tuple[dict[str, Any], ...] = ({"ask_every_days": 0}, {"churned_at": tomorrow.isoformat()})
    ann = make_contact(1)
    for fault in faults:
        assert fields(program.post("contacts/", {"name": "Bo"} | fault, 422)) == list(fault)
        assert fields(program.patch(f"contacts/{ann.pk}/", fault, 422)) == list(fault)
    assert Contact.objects.count() == 1
    Contact.objects.update(ask_every_days=0, churned_at=tomorrow)  # of a file, or of an earlier release
    for stored in faults:
        program.patch(f"contacts/{ann.pk}/", {"name": "Anna"} | stored)
    later = {"churned_at": (tomorrow + timedelta(days=1)).isoformat()}
    assert fields(program.patch(f"contacts/{ann.pk}/", later, 422)) == ["churned_at"]


def test_contacts_by_what_segments_filter_by() -> None:
    program, survey = Program("admin"), make_survey()
    ann = save_contact(make_contact(1, name="Ann", traits={"plan": "gold"}), {"company_name": "Nordlys"})
    bo = make_contact(2, name="Bo", language="da", value=20)
    make_answer(survey, 3, contact=bo, answered_at=datetime(2026, 3, 1, tzinfo=UTC))
    program.post("segments/", {"name": "Danes", "filter": {"language": "da"}})
    for query, wanted in {
        "q=nord": [ann], "company=NORDLYS": [ann], "trait.plan=gold": [ann], "segment=danes": [bo],
        "segment=danes&q=ann": [], "last_group=detractor": [bo], "value_from=5": [bo], "never_answered=true": [ann],
        "answered_before=2026-03-02": [bo], "answered_after=2026-03-02": [], "language=en": [ann],
        "": [bo, ann],
    }.items():  # fmt: skip
        assert ids(program.get(f"contacts/?{query}")) == [contact.pk for contact in wanted], query
    for query in ("segment=nobody", "trait.=x", "colour=red", "last_score=11", "value_from=x", "asked_after=soon",
                  "never_asked=1", "trait.plan="):  # fmt: skip
        problem = program.get(f"contacts/?{query}", 400)
        assert query.split("=")[0] in [error["field"] for error in problem["errors"]], (query, problem)


def test_companies_have_figures_and_are_changed_by_admins() -> None:
    program, survey = Program("admin"), make_survey()
    for number, score in enumerate((2, 10, 9)):
        contact = save_contact(make_contact(number, value=10), {"company_name": "Nordlys"})
        make_ticket(survey, score, contact=contact) if score < 7 else make_answer(survey, score, contact=contact)
    (row,) = program.get("companies/?q=nor")["results"]
    assert row == program.get(f"companies/{row['id']}/")
    assert (row["value"], row["value_is_own"], row["contacts"], row["responses"], row["open_tickets"]) == (
        "30.00", False, 3, 3, 1,
    )  # fmt: skip
    assert row["nps_low"] <= row["nps"] <= row["nps_high"]
    changed = program.patch(f"companies/{row['id']}/", {"value": "900", "name": "Nordlys A/S"})
    assert (changed["value"], changed["value_is_own"]) == ("900.00", True)
    assert {one["company"] for one in program.get("contacts/")["results"]} == {"Nordlys A/S"}
    made = program.post("companies/", {"name": "Munk"})
    assert (made["value"], made["nps"], made["contacts"]) == (None, None, 0)
    assert program.post("companies/", {"name": "MUNK"}, 409)["code"] == "company_taken"
    program.post("companies/", {"name": " "}, 422)
    assert program.get("companies/?q=zzz")["results"] == []
    program.get("companies/?name=Munk", 400)
    Program("write").patch(f"companies/{row['id']}/", {"value": "1"}, 403)


def test_segments_are_made_changed_counted_and_deleted_by_admins() -> None:
    program = Program("admin")
    make_contact(1, language="da")
    made = program.post("segments/", {"name": "Danes", "filter": {"language": "da", "do_not_contact": False}})
    assert (made["slug"], made["contacts"]) == ("danes", 1)
    assert made["filter"] == {"language": "da", "do_not_contact": "false"}
    changed = program.patch("segments/danes/", {"name": "Dutch", "filter": {"language": "nl"}})
    assert (changed["slug"], changed["name"], changed["contacts"]) == ("danes", "Dutch", 0)
    assert program.patch("segments/danes/", {"name": "Everybody's", "slug": "danes"})["filter"] == {"language": "nl"}
    program.patch("segments/danes/", {"slug": "other"}, 422)
    refused: tuple[Any, ...] = ({"segment": "danes"}, {"colour": "red"}, {"language": "xx"}, [], "language=da")
    for fault in refused:
        program.post("segments/", {"name": "x", "filter": fault}, 422)
    assert program.post("segments/", {"name": "x", "slug": "danes", "filter": {}}, 409)["code"] == "segment_taken"
    assert program.call("DELETE", "segments/danes/").status_code == 204
    program.get("segments/danes/", 404)
    assert Contact.objects.count() == 1


def test_a_key_of_one_survey_sees_no_company_and_no_segment() -> None:
    mine = make_survey("mine")
    contact = save_contact(make_contact(1), {"company_name": "Nordlys"})
    Program("admin").post("segments/", {"name": "Danes", "filter": {}})
    make_answer(mine, 9, contact=contact)
    Unsubscription.objects.create(contact=contact, survey=make_survey("theirs"))
    limited = Program("admin", survey=mine)
    company = Company.objects.get()
    assert limited.get("companies/")["results"] == limited.get("segments/")["results"] == []
    limited.get(f"companies/{company.pk}/", 404)
    limited.get("segments/danes/", 404)
    limited.get("contacts/?segment=danes", 400)
    limited.patch(f"companies/{company.pk}/", {"name": "x"}, 404)
    limited.patch("segments/danes/", {"name": "x"}, 404)
    assert limited.call("DELETE", "segments/danes/").status_code == 404
    limited.post("companies/", {"name": "x"}, 403)
    limited.post("segments/", {"name": "x", "filter": {}}, 403)
    assert limited.get(f"contacts/{contact.pk}/")["unsubscribed_surveys"] == []
    (answer,) = limited.get("responses/?expand=contact")["results"]
    assert answer["contact"]["unsubscribed_surveys"] == []
    own = limited.post("contacts/", {"email": "own@shop.dk", "company": "Nordlys"})
    assert own["company"] == "Nordlys"
    assert Contact.objects.get(pk=own["id"]).company is None  # known to that survey alone
    assert Segment.objects.count() == Company.objects.count() == 1
