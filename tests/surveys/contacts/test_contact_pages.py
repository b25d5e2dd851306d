"""The pages of contacts: list, columns, export, one contact, typing in and changing."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook  # type: ignore[import-untyped]

from nps_project.accounts.models import Team
from nps_project.common import paging
from surveys.contacts import counting
from surveys.contacts.imports.rules import columns
from surveys.contacts.segments.services import save_segment
from surveys.contacts.services import save_contact
from surveys.contacts.trait_labels.labels import save_labels
from surveys.models import Company, Contact, Segment, Unsubscription
from surveys.services.invitations import create_invitation
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.page_forms import forms_on

pytestmark = pytest.mark.django_db


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_pages_by_id_and_keeps_its_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.page, "__defaults__", (2,))
    made = [make_contact(number, language="da" if number % 2 else "nl") for number in range(6)]
    client = client_of(make_user("vic", "viewer"))
    seen: list[str] = []
    address = "/contacts/?language=da"
    while address:
        answer = client.get(address)
        seen += [row["contact"].name for row in answer.context["rows"]]
        address = answer.context["more_url"] and f"/contacts/{answer.context['more_url']}"
    assert seen == [made[number].name for number in (5, 3, 1)]
    assert "3 customers" in words(answer) or "3 customers" in words(client.get("/contacts/?language=da"))
    assert client.get("/contacts/?after=x").status_code == 400
    bad = client.get("/contacts/?language=xx&colour=red")
    assert bad.status_code == 400
    assert "Language cannot be “xx”" in words(bad)
    assert "colour" in words(bad)


def test_the_count_is_exact_up_to_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "EXACT_TO", 2)
    client = client_of(make_user("vic", "viewer"))
    make_contact(1)
    assert "1 customer" in words(client.get("/contacts/"))
    for number in range(2, 5):
        make_contact(number)
    assert "more than 2 customers" in words(client.get("/contacts/"))


def test_traits_are_columns_and_filters() -> None:
    make_contact(1, name="Ann", traits={"plan": "gold", "seats": 7, "trial": True})
    make_contact(2, name="Bo", traits={"plan": "basic"})
    client = client_of(make_user("vic", "viewer"))
    answer = client.get("/contacts/?trait=plan=gold&columns=seats, trial")
    assert [(row["contact"].name, row["traits"]) for row in answer.context["rows"]] == [("Ann", ["7", "true"])]
    assert [name for name, _url in answer.context["offered"]] == ["Plan"]
    assert answer.context["columns"][0] == ("Seats", "?trait=plan%3Dgold&columns=trial")
    assert '<input type="hidden" name="columns" value="seats, trial">' in words(answer), "the filters keep them"
    again = client.get("/contacts/?trait.plan=gold")
    assert [row["contact"].name for row in again.context["rows"]] == ["Ann"]
    assert 'value="plan=gold"' in words(again)  # the form shows it, whichever way it came
    assert client.get("/contacts/?trait=gold").status_code == 400


def test_a_page_of_fifty_costs_as_many_queries_as_one_of_one() -> None:
    survey, client, cost = make_survey(), client_of(make_user("vic", "viewer")), []
    for amount in (1, 30):
        for number in range(amount):
            contact = make_contact(amount * 100 + number)
            save_contact(contact, {"company_name": f"Company {number}"})
            make_answer(survey, 9, contact=contact)
        for address in ("/contacts/", "/contacts/companies/", "/contacts/segments/"):
            save_segment(Segment(), {"name": f"{address} {amount}", "filter": {"last_group": "promoter"}})
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            cost.append(len(queries))
    assert cost[:3] == cost[3:]
    assert max(cost) <= 10


def test_the_export_has_the_apis_names_and_one_row_for_each_contact_that_fits() -> None:
    save_contact(make_contact(1, value=12.5), {"company_name": "=Nordlys", "traits": {"plan": "gold", "vip": True}})
    ann = Contact.objects.get()
    save_contact(ann, {"company_name": "=Nordlys"})
    make_contact(2, language="da")
    client = client_of(make_user("vic", "viewer"))
    table = csv.DictReader(StringIO(client.get("/contacts/contacts.csv?language=en").getvalue().decode("utf-8-sig")))
    (row,) = list(table)
    assert (row["email"], row["language"], row["value"]) == ("customer1@example.com", "en", "12.50")
    assert (row["company"], row["Plan (trait.plan)"], row["Vip (trait.vip)"]) == ("'=Nordlys", "gold", "true")
    assert (row["do_not_contact"], row["last_asked_at"]) == ("false", "")
    book = load_workbook(BytesIO(client.get("/contacts/contacts.xlsx").getvalue()), read_only=True)
    heads, *rows = book.active.values
    assert len(rows) == 2
    assert set(heads) == set(table.fieldnames or ())
    assert client.get("/contacts/contacts.csv?language=xx").status_code == 400


def test_an_export_calls_traits_by_their_labels_and_comes_in_again() -> None:
    traits = {"plan": "gold", "size (cm)": "12", "nps_score": "7"}
    make_contact(1, traits=traits)
    save_labels({"plan": {"en": "Membership", "nl": "=Lidmaatschap"}})
    for language, label in (("en", "Membership"), ("nl", "'=Lidmaatschap")):
        client = client_of(make_user(f"vic-{language}", "viewer", language=language))
        table = csv.reader(StringIO(client.get("/contacts/contacts.csv").getvalue().decode("utf-8-sig")))
        head = next(table)
        assert f"{label} (trait.plan)" in head
        found = columns.guess(head)
        assert {f"trait.{name}" for name in traits} <= set(found.values())
    assert columns.as_trait("Size (cm)") == "trait.Size (cm)"
    assert columns.as_trait("Membership (trait.plan)") == "trait.plan"


def test_a_contacts_page_tells_what_is_known_and_what_they_chose() -> None:
    survey, asked = make_survey(), timezone.now() - timedelta(days=3)
    ticket = make_ticket(survey, 2, "The banners tore", contact=make_contact(1, traits={"plan": "gold"}))
    contact = Contact.objects.get()
    save_contact(contact, {"company_name": "Nordlys Tryk", "ask_every_days": 90})
    Unsubscription.objects.create(contact=contact, survey=make_survey("winter"))
    create_invitation(survey=survey, contact=contact)
    Contact.objects.update(last_asked_at=asked, bounced_at=asked, unsubscribed_at=asked)
    client = client_of(make_user("vic", "viewer"))
    page = client.get(f"/contacts/{contact.pk}/")
    assert page.context["may_be_asked_from"] == asked + timedelta(days=90)
    for text in ("The banners tore", f"Ticket {ticket.pk}", "Unsubscribed from Winter", "Mail came back", "gold",
                 "not by mail", "Nordlys Tryk", "Created"):  # fmt: skip
        assert text in words(page), text
    assert "/edit/" not in words(page)  # a viewer changes nothing
    for address in (f"/desk/tickets/{ticket.pk}/", f"/desk/answers/{ticket.response_id}/"):
        assert f'href="/contacts/{contact.pk}/"' in words(client.get(address))
    warning = "does not want to be contacted"
    assert warning not in words(client.get(f"/desk/tickets/{ticket.pk}/"))
    Contact.objects.update(do_not_contact=True)
    for address in (f"/desk/tickets/{ticket.pk}/", f"/contacts/{contact.pk}/"):
        assert warning in words(client.get(address))
    empty = client.get(f"/contacts/{make_contact(2).pk}/")
    assert "has not answered yet" in words(empty)
    assert empty.context["may_be_asked_from"] is None


def test_who_has_no_address_is_not_said_to_be_asked_now() -> None:
    client = client_of(make_user("vic", "viewer"))
    assert "May be asked</dt><dd>now" in words(client.get(f"/contacts/{make_contact(1).pk}/")).replace("> ", ">")
    silent = Contact.objects.create(name="Silent", phone="+45 33 12 00 01")
    assert "May be asked</dt><dd>not by mail" in words(client.get(f"/contacts/{silent.pk}/")).replace("> ", ">")


def test_an_agent_types_in_a_contact_and_changes_it() -> None:
    client = client_of(make_user("bea"))
    form = forms_on(words(client.get("/contacts/new/")))[-1]
    typed = form.sent() | {"name": ["Ann"], "email": ["Ann@Shop.dk"], "company_name": ["Nordlys"],
                           "churned_on": ["2026-03-01"], "traits-TOTAL_FORMS": ["2"],
                           "traits-0-name": ["plan"], "traits-0-value": ["gold"],
                           "traits-1-name": ["seats"], "traits-1-value": ["7"]}  # fmt: skip
    answer = client.post("/contacts/new/", typed)
    ann = Contact.objects.get()
    assert answer["Location"] == f"/contacts/{ann.pk}/"
    assert (ann.email, ann.company, ann.traits) == (
        "ann@shop.dk", Company.objects.get(), {"plan": "gold", "seats": "7", "company": "Nordlys"},
    )  # fmt: skip
    client.post("/contacts/new/", typed)  # sent twice
    assert Contact.objects.count() == 1

    save_contact(ann, {"traits": {**ann.traits, "vip": True, "seats": 7}})
    form = forms_on(words(client.get(f"/contacts/{ann.pk}/edit/")))[-1]
    client.post(f"/contacts/{ann.pk}/edit/", form.sent() | {"phone": ["+45 33 12 00 01"]})
    ann.refresh_from_db()
    assert ann.phone == "+45 33 12 00 01"
    assert ann.traits == {"plan": "gold", "seats": 7, "vip": True, "company": "Nordlys"}  # kinds are kept
    form = forms_on(words(client.get(f"/contacts/{ann.pk}/edit/")))[-1]
    client.post(f"/contacts/{ann.pk}/edit/", form.sent() | {"company_name": [""], "traits-2-value": ["false"],
                                                        "traits-0-value": [""], "traits-1-value": [""]})  # fmt: skip
    ann.refresh_from_db()
    assert (ann.company, ann.traits) == (None, {"vip": "false"})


def test_nobody_left_in_the_future_or_is_asked_every_0_days_unless_a_program_stored_it() -> None:
    client, tomorrow = client_of(make_user("bea")), timezone.now() + timedelta(days=1)
    form = forms_on(words(client.get("/contacts/new/")))[-1]
    for changes in ({"churned_on": ["2999-12-31"]}, {"ask_every_days": ["0"]}, {"value": ["-5"]}):
        refused = client.post("/contacts/new/", form.sent() | {"name": ["Ann"]} | changes)
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == list(changes)
    assert not Contact.objects.exists()
    ann = make_contact(1, ask_every_days=0, churned_at=tomorrow)
    form = forms_on(words(client.get(f"/contacts/{ann.pk}/edit/")))[-1]
    assert client.post(f"/contacts/{ann.pk}/edit/", form.sent() | {"name": ["Anna"]}).status_code == 302
    ann.refresh_from_db()
    assert (ann.name, ann.ask_every_days, ann.churned_at) == ("Anna", 0, tomorrow)


def test_traits_are_added_and_removed_by_buttons_that_store_nothing() -> None:
    make_contact(2, traits={"region": "north"})
    ann, client = make_contact(1, traits={"plan": "gold", "seats": 7}), client_of(make_user("bea"))
    save_labels({"plan": {"en": "Membership"}})
    address = f"/contacts/{ann.pk}/edit/"
    page = client.get(address)
    assert "plan" not in [label for _name, label in page.context["new_trait"].fields["trait"].choices]
    assert ">Membership</label>" in words(page)
    sent = forms_on(words(page))[-1].sent() | {"name": ["Typed"], "traits-0-value": ["silver"]}
    added = client.post(address, sent | {"new-trait": ["region"], "change": ["traits.add"]})
    assert (added.status_code, added.context["form"]["name"].value()) == (200, "Typed")
    assert [row["value"].value() for row in added.context["formset"].forms] == ["silver", "7", ""]
    gone = client.post(address, sent | {"change": ["traits.remove.1"]})
    assert [row["name"].value() for row in gone.context["formset"].forms] == ["plan"]
    ann.refresh_from_db()
    assert (ann.name, ann.traits) == ("Customer 1", {"plan": "gold", "seats": 7})
    assert client.post(address, forms_on(words(gone))[-1].sent()).status_code == 302
    ann.refresh_from_db()
    assert (ann.name, ann.traits) == ("Typed", {"plan": "silver"})


def test_who_sees_their_own_team_alone_is_told_no_other_teams_traits() -> None:
    make_contact(2, traits={"secret_plan": "north"})
    bea = make_user("bea", all_teams=False)
    choices = client_of(bea).get("/contacts/new/").context["new_trait"].fields["trait"].choices
    assert [value for value, _label in choices] == ["", "*"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Fill in a name"),
        ({"email": "nobody"}, "valid email"),
        ({"email": "customer1@example.com"}, "Another contact has this already"),
        ({"name": "Ann", "phone": "12"}, "5 to 15 digits"),
        (
            {
                "name": "Ann",
                "traits-TOTAL_FORMS": "1",
                "traits-INITIAL_FORMS": "0",
                "traits-0-name": "plan",
                "traits-0-value": "x" * 201,
            },
            "at most 200 characters",
        ),
        (
            {
                "name": "Ann",
                "traits-TOTAL_FORMS": "0",
                "traits-INITIAL_FORMS": "0",
                "new-trait": "*",
                "new-name": "tier",
            },
            "Add it with the button beside it",
        ),
        ({"name": "Ann", "time_zone": "Mars/Base"}, "Mars/Base"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(typed: dict[str, str], said: str) -> None:
    make_contact(1)
    answer = client_of(make_user("bea")).post("/contacts/new/", typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert Contact.objects.count() == 1


def test_a_colleagues_change_meanwhile_is_not_put_back() -> None:
    ann, client = make_contact(1), client_of(make_user("bea"))
    form = forms_on(words(client.get(f"/contacts/{ann.pk}/edit/")))[-1]
    save_contact(ann, {"phone": "+45 11 11 11 11"})
    answer = client.post(f"/contacts/{ann.pk}/edit/", form.sent() | {"name": ["Anna"]})
    assert answer.status_code == 409
    ann.refresh_from_db()
    assert (ann.name, ann.phone) == ("Customer 1", "+45 11 11 11 11")


def test_who_sees_their_own_team_alone_sees_its_contacts_and_those_they_typed_in() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    bea, sam = (make_user(name, all_teams=False) for name in ("bea", "sam"))
    north.members.add(bea)
    south.members.add(sam)
    make_answer(make_survey("mine", team=north), 9, contact=make_contact(1, name="Seen"))
    hidden = make_contact(2, name="Hidden")
    make_answer(make_survey("theirs", team=south), 1, contact=hidden)
    client = client_of(bea)
    answer = client.post("/contacts/new/", {"name": "Typed"})
    assert client.get(answer["Location"]).status_code == 200
    listed = words(client.get("/contacts/"))
    assert ("Seen" in listed, "Typed" in listed, "Hidden" in listed) == (True, True, False)
    for address in ("", "edit/"):
        assert client.get(f"/contacts/{hidden.pk}/{address}").status_code == 404
    assert "Typed" not in words(client_of(sam).get("/contacts/"))
    assert "Hidden" not in client.get("/contacts/contacts.csv").getvalue().decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_is_imported_again_and_changes_nothing(kind: str, tmp_path: Path) -> None:
    at = timezone.now().replace(microsecond=0)
    full = make_contact(1, name='=Ann "A" Ørsted;\nB', phone="+45 33 12 00 01", value="1234.50", external_id="-7",
                        account_manager="eva@shop.dk", time_zone="Europe/Copenhagen", do_not_contact=True,
                        ask_every_days=90, churned_at=at, last_asked_at=at, last_answered_at=at,
                        unsubscribed_at=at)  # fmt: skip
    save_contact(full, {"company_name": "+Nordlys", "traits": {"plan": "@gold", "note": "a, b"}})
    make_contact(2, name="", language="", phone="")
    before = list(Contact.objects.order_by("pk").values())
    file = tmp_path / f"contacts.{kind}"
    file.write_bytes(client_of(make_user("vic", "viewer")).get(f"/contacts/contacts.{kind}").getvalue())
    out = StringIO()
    call_command("import_contacts", str(file), stdout=out)
    assert list(Contact.objects.order_by("pk").values()) == before, out.getvalue()
