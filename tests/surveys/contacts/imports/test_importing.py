"""What an import makes of rows: contacts made, changed, left alone, and bad ones by line, field, value and reason."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from nps_project.accounts.models import Team
from surveys.contacts.imports import bad_rows, parts, services
from surveys.contacts.imports.errors import Unreadable, WrongMatching
from surveys.contacts.imports.rules import columns
from surveys.contacts.services import save_contact
from surveys.models import Company, Contact
from tests.factories import make_contact, make_user
from tests.surveys.contacts.imports.files import begin, counts, csv_file, faults, imported, work_off, workbook_of

pytestmark = pytest.mark.django_db

LONG = "Klantnummer;E-mailadres;Telefoon;Naam;Taal;Bedrijf;Jaarwaarde;Opgezegd op;trait.plan\n"


def test_all_fields_of_a_dutch_file_are_stored() -> None:
    run = imported(LONG + "K1;Jan@Example.com;+31 6 12345678;Jan;nl-NL;Acme;1.234,50;31-12-2025;gold\n")
    assert counts(run) == (1, 0, 0, 0)
    contact = Contact.objects.select_related("company").get()
    assert (contact.external_id, contact.email, contact.phone) == ("K1", "jan@example.com", "+31 6 12345678")
    assert (contact.name, contact.language, contact.value) == ("Jan", "nl", Decimal("1234.50"))
    assert contact.traits == {"company": "Acme", "plan": "gold"}
    assert contact.company is not None
    assert contact.company.name == "Acme"
    assert contact.churned_at == datetime(2025, 12, 31, tzinfo=UTC)
    assert contact.last_asked_at is None
    assert contact.changed_at is not None


def test_the_same_file_twice_changes_nothing() -> None:
    text = LONG + "K1;jan@example.com;+31 6 12345678;Jan;nl;Acme;1200,5;2025-12-31;gold\nK2;;0612345;;;;;;\n"
    imported(text)
    before = list(Contact.objects.order_by("pk").values())
    assert counts(imported(text)) == (0, 0, 2, 0)
    assert list(Contact.objects.order_by("pk").values()) == before


def test_marks_of_csv_and_of_arrays_stay_as_they_are() -> None:
    number, company, name = 'K"1\\,{x}\\', 'Acme, "the" \\ {best}', "two\nlines, 'and' \\N"
    text = "external_id,company,name,email\n" + ",".join(
        '"' + cell.replace('"', '""') + '"' for cell in (number, company, name, "jan@example.com")
    )
    assert counts(imported(text)) == (1, 0, 0, 0)
    contact = Contact.objects.select_related("company").get()
    assert contact.company is not None
    assert (contact.external_id, contact.company.name, contact.name) == (number, company, name)
    assert counts(imported(text)) == (0, 0, 1, 0)
    other = imported("external_id,email\nother,jan@example.com\n")
    assert [fault.detail for fault in other.faults.all()] == [number]
    assert counts(imported(text.replace(name, "Jan"))) == (0, 1, 0, 0)


def test_the_words_of_an_import_are_sorted_into_their_index_soon_after() -> None:
    assert not services.sort_words(timezone.now())
    imported(LONG + "K1;jan@example.com;;Jan;;Acme;;;gold\n")
    assert services.sort_words(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('contact_words')")
        assert cursor.fetchone() == (0,)


def test_an_empty_cell_changes_nothing() -> None:
    contact = make_contact(1, traits={"company": "Acme", "seats": 3, "paid": True})
    run = imported("email,name,phone,company,trait.seats\ncustomer1@example.com,,,,\n")
    assert counts(run) == (0, 0, 1, 0)
    before = contact.name
    contact.refresh_from_db()
    assert (contact.name, contact.traits) == (before, {"company": "Acme", "seats": 3, "paid": True})


def test_a_trait_that_says_the_same_keeps_its_kind() -> None:
    contact = make_contact(1, traits={"seats": 3, "paid": True, "plan": "gold"})
    line = "email,trait.seats,trait.paid,trait.plan\ncustomer1@example.com,"
    assert counts(imported(f"{line}3,True,gold\n")) == (0, 0, 1, 0)
    assert counts(imported(f"{line}4,true,Gold\n")) == (0, 1, 0, 0)
    contact.refresh_from_db()
    assert contact.traits == {"seats": "4", "paid": True, "plan": "Gold"}


def test_a_customer_is_known_by_number_then_address_then_phone() -> None:
    by_number = make_contact(1, external_id="K1")
    by_address = make_contact(2)
    by_phone = Contact.objects.create(phone="0031 6-1234 5678")
    run = imported(
        "number,email,phone,name\nK1,new@example.com,,One\n,CUSTOMER2@example.com,,Two\n,,+31 612345678,Three\n"
    )
    assert counts(run) == (0, 3, 0, 0)
    assert list(Contact.objects.filter(pk__in=[by_number.pk, by_address.pk, by_phone.pk]).order_by("pk")
                .values_list("name", "email")) == [
        ("One", "new@example.com"), ("Two", "customer2@example.com"), ("Three", None),
    ]  # fmt: skip


def test_bad_rows_are_named_by_line_field_value_and_reason_and_good_ones_kept() -> None:
    make_contact(1, external_id="K1")
    make_contact(2)
    Contact.objects.create(phone="+45 33 12 00 00")
    make_contact(3, external_id="K3")
    run = imported(
        "number,email,phone,name,value,time zone\n"
        "K1,customer2@example.com,,,,\n"  # line 2: two customers
        ",,,Nobody,,\n"
        ",not an address,,,,\n"
        ",a@example.com,12,,abc,Mars/Base\n"
        ",,+45 33 12 00 00,,,\n"  # five have it
        "K9,customer3@example.com,,,,\n"
        ",good@example.com,,Good,,\n"
        ",GOOD@example.com,,Again,,\n"
        ",b@example.com,,B,,,more\n"
    )
    assert counts(run) == (1, 0, 0, 8)
    found = faults(run)
    assert [(line, field, value) for line, field, value, _why in found] == [
        (2, "", ""), (3, "", ""), (4, "email", "not an address"), (5, "phone", "12"), (5, "value", "abc"),
        (5, "time_zone", "Mars/Base"), (6, "", ""), (7, "", ""), (9, "", ""), (10, "", "more"),
    ]  # fmt: skip
    why = {line: words for line, _field, _value, words in found}
    assert "two different customers" in why[2]
    assert "Several customers" in why[6]
    assert "K3" in why[7]
    assert "line 8" in why[9]


def test_the_file_of_bad_rows_is_mended_and_imported_again() -> None:
    head = "Kundenr;E-mail;Hat\n"
    run = imported(f"{head}1;a@example.com;=red\n2;b@;blue\n3;;\n", Kundenr="external_id", Hat="trait.hat")
    text = "".join(bad_rows.csv_of(run))
    assert text.splitlines() == ["\ufeffKundenr;E-mail;Hat;reason", "2;b@;blue;email: This is no e-mail address."]
    again = imported(text.replace("b@", "b@example.com"))
    assert counts(again) == (1, 0, 0, 0)
    assert Contact.objects.get(external_id="2").traits == {"hat": "blue"}  # as it was matched by hand before
    assert Contact.objects.get(external_id="1").traits == {"hat": "=red"}


def test_an_unknown_language_is_warned_of_and_left_empty() -> None:
    run = imported("email,language\na@example.com,Klingon\nb@example.com,Danish\n")
    assert counts(run) == (2, 0, 0, 0)
    assert run.warned == 1
    assert faults(run)[0][:3] == (2, "language", "Klingon")
    assert dict(Contact.objects.values_list("email", "language")) == {"a@example.com": "", "b@example.com": "da"}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1200.50", "1200.50"), ("1200,5", "1200.50"), ("1.200,50", "1200.50"), ("1,200.50", "1200.50"),
        ("1.234", "1234.00"), ("1,234,567", "1234567.00"), ("€ 1 200", "1200.00"), ("0,125", "0.13"),
        ("1234.5600000001", "1234.56"), ("999,-", "999.00"),
    ],
)  # fmt: skip
def test_amounts_are_read_with_either_decimal_sign(typed: str, value: str) -> None:
    imported(f'email;value\na@example.com;"{typed}"\n')
    assert Contact.objects.get().value == Decimal(value)


@pytest.mark.parametrize("typed", ["12.34.5", "1,2,3", "ten", "1e5", "1234567890123", "NaN", "1.234.56", "-5"])
def test_what_is_no_amount_is_bad(typed: str) -> None:
    assert imported(f'email;value\na@example.com;"{typed}"\n').bad == 1


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2026-02-01", datetime(2026, 2, 1, tzinfo=UTC)),
        ("1-2-2026", datetime(2026, 2, 1, tzinfo=UTC)),
        ("01/02/2026 09:30", datetime(2026, 2, 1, 9, 30, tzinfo=UTC)),
        ("2026-02-01T09:30:00+01:00", datetime(2026, 2, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_days_and_times_are_read(typed: str, at: datetime) -> None:
    imported(f"email,left\na@example.com,{typed}\n")
    assert Contact.objects.get().churned_at == at


def test_an_imported_last_asked_counts_only_when_it_is_later_and_never_from_the_future() -> None:
    asked = timezone.now()
    make_contact(1, last_asked_at=asked)
    make_contact(2, last_asked_at=None)
    run = imported(
        "email,last asked\ncustomer1@example.com,2020-01-01\ncustomer2@example.com,2020-01-01\n"
        "c@example.com,2999-01-01\n"
    )
    assert counts(run) == (0, 1, 1, 1)
    assert Contact.objects.get(email="customer1@example.com").last_asked_at == asked
    assert Contact.objects.get(email="customer2@example.com").last_asked_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_an_import_sets_do_not_contact_and_clears_no_wish() -> None:
    at = timezone.now()
    contact = make_contact(1, external_id="K1", do_not_contact=True, unsubscribed_at=at, bounced_at=at)
    make_contact(2)
    run = imported(
        "external_id,email,do_not_contact,unsubscribed_at,bounced_at\nK1,new@example.com,no,,\n"
        ",customer2@example.com,ja,,\n"
    )
    assert counts(run) == (0, 2, 0, 0)
    contact.refresh_from_db()
    assert (contact.email, contact.do_not_contact) == ("new@example.com", True)
    assert (contact.unsubscribed_at, contact.bounced_at) == (at, at)
    assert Contact.objects.get(email="customer2@example.com").do_not_contact


def test_an_import_leaves_the_language_that_a_customer_chose() -> None:
    make_contact(1, language="da", is_language_chosen=True)
    make_contact(2, language="da")
    imported("email,language\ncustomer1@example.com,en\ncustomer2@example.com,en\n")
    assert list(Contact.objects.order_by("pk").values_list("language", flat=True)) == ["da", "en"]


def test_an_import_has_nobody_asked_more_often_than_they_wish() -> None:
    make_contact(1, ask_every_days=180)
    make_contact(2, ask_every_days=10)
    make_contact(3)
    file = "email,ask_every_days\ncustomer1@example.com,30\ncustomer2@example.com,30\ncustomer3@example.com,30\n"
    assert counts(imported(file)) == (0, 2, 1, 0)
    assert list(Contact.objects.order_by("pk").values_list("ask_every_days", flat=True)) == [180, 30, 30]


def test_companies_are_made_once_whatever_their_case_and_follow_the_trait() -> None:
    known = save_contact(Contact(email="old@example.com"), {"company_name": "Acme"}).company
    run = imported("email,company\na@example.com,ACME\nb@example.com,Nordlys\nc@example.com,nordlys\n")
    assert counts(run) == (3, 0, 0, 0)
    assert sorted(Company.objects.values_list("name", flat=True)) == ["Acme", "Nordlys"]
    found = {row.email: row for row in Contact.objects.select_related("company")}
    assert found["a@example.com"].company == known
    assert found["a@example.com"].company_name == "ACME"
    assert found["b@example.com"].company == found["c@example.com"].company


def test_a_workbook_is_imported() -> None:
    run = imported(workbook_of([["Kundenr", "Email", "Value"], [17, "a@example.com", 1.5], [18, None, None]]))
    assert counts(run) == (2, 0, 0, 0)
    assert dict(Contact.objects.values_list("external_id", "value")) == {"17": Decimal("1.50"), "18": None}


def test_what_means_no_good_makes_bad_rows_alone() -> None:
    run = imported(
        "email,name,trait.note\n"
        "a@example.com,nul\0here,\n"
        f"b@example.com,B,{'x' * 1_000_000}\n"
        '"c@example.com,lone,\n'
        "d@example.com,{{ 7 }}<script>,'=1+1\n"
        "e@example.com,\u200b,\\.\n"
    )
    assert counts(run) == (2, 0, 0, 3)
    assert {line for line, *_more in faults(run)} == {2, 3, 4}
    assert Contact.objects.get(email="d@example.com").traits == {"note": "=1+1"}
    assert Contact.objects.get(email="e@example.com").name == ""


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("", "empty"),
        ("email\n", "no line below"),
        (",".join(f"c{number}" for number in range(5_000)) + "\n1\n", "columns"),
        ('"email\na@example.com\n', "first line"),
    ],
)
def test_files_that_cannot_be_imported_are_refused_as_a_whole(file: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        parts.store(csv_file(file), "x.csv")


def test_an_old_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(Unreadable, match="Save it as"):
        parts.store(csv_file("ÐÏ\x11à¡±\x1aá", "latin-1"), "x.xls")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"a": "name"}, "your own number"),
        ({"a": "email", "b": "email"}, "Two columns"),
        ({"a": "email", "b": "company", "c": "trait.company"}, "Two columns"),
        ({"a": "bounced_at"}, "no field"),
        ({"a": "email", "z": "name"}, "no column"),
        ({"a": "email", "b": "trait."}, "no field"),
    ],
)
def test_a_matching_that_finds_nobody_is_refused(chosen: dict[str, str], words: str) -> None:
    with pytest.raises(WrongMatching, match=words):
        columns.checked(["a", "b", "c"], chosen)


def test_headers_are_known_in_three_languages_and_each_field_once() -> None:
    assert columns.guess(["E-mail address", "Værdi", "telefoonnummer", "Email", "Shoe size", "", "trait.plan"]) == {
        "E-mail address": "email", "Værdi": "value", "telefoonnummer": "phone", "Email": "", "Shoe size": "",
        "#6": "", "trait.plan": "trait.plan",
    }  # fmt: skip


def test_new_contacts_belong_to_the_team_of_who_sees_no_other() -> None:
    team = Team.objects.create(name="North")
    manager = make_user("mo", "manager", all_teams=False)
    team.members.add(manager)
    hidden = make_contact(1)
    run = imported("email,name\nnew@example.com,New\ncustomer1@example.com,Taken\n", by=manager)
    assert counts(run) == (1, 0, 0, 1)
    assert "another team" in faults(run)[0][3]
    assert Contact.objects.get(email="new@example.com").team == team
    hidden.refresh_from_db()
    assert hidden.name == "Customer 1"


def test_nothing_is_told_of_a_customer_of_another_team_but_that_they_are_one() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    manager = make_user("mo", "manager", all_teams=False)
    north.members.add(manager)
    for number in (1, 2, 3):
        Contact.objects.create(email=f"s{number}@example.com", external_id=f"SECRET-{number}", team=south)

    run = imported("email,external_id\ns1@example.com,mine\ns2@example.com,SECRET-3\n", manager)

    assert [words for _line, _field, _value, words in faults(run)] == ["This is a customer of another team."] * 2
    assert "SECRET-1" not in "".join(bad_rows.csv_of(run))


def test_a_customer_in_two_parts_of_a_file_is_bad_the_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.contacts.imports.parts.ROWS", 2)
    run = imported(
        "email,number,name\na@example.com,1,A\nb@example.com,2,B\nc@example.com,3,C\n,1,Z\nd@example.com,,D\n"
    )
    assert counts(run) == (4, 0, 0, 1)
    assert faults(run) == [(5, "", "", "The same customer stands in line 2.")]
    assert Contact.objects.get(external_id="1").name == "A"


def test_a_dry_run_counts_a_customer_in_two_parts_once_as_the_import_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.contacts.imports.parts.ROWS", 2)
    make_contact(7, external_id="7", phone="+31 6 77777777")  # known by three keys, and met by each of them
    file = csv_file(
        "number,email,phone,name\n1,a@example.com,,A\n,,+45 12345678,B\n7,,,C\n1,,,A again\n,A@example.com,,A again\n"
        ",,0045 12345678,B again\n,customer7@example.com,,C again\n,,0031 677777777,C again\n9,,,D\n"
    )
    rehearsed = parts.store(file, "customers.csv")
    for after in services.rehearse(run_id=rehearsed.pk, chosen=services.matching_of(rehearsed)):
        rehearsed = after
    assert Contact.objects.count() == 1
    run = imported(file)
    assert counts(rehearsed) == counts(run) == (3, 1, 0, 5)
    assert faults(rehearsed) == faults(run)


def test_a_row_that_the_database_refuses_stops_no_other() -> None:
    run = begin("number,value\n1,5\n2,999999999999.999\n3,7\n")
    assert counts(work_off(run)) == (2, 0, 0, 1)
    assert set(Contact.objects.values_list("external_id", flat=True)) == {"1", "3"}


def test_a_stopped_import_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.contacts.imports.parts.ROWS", 1)
    run = begin("email\na@example.com\nb@example.com\n")
    assert services.do_next_part(run.pk)
    assert services.stop(run_id=run.pk)
    assert services.do_next_part(run.pk) is None
    assert Contact.objects.count() == 1
    assert services.go_on(run_id=run.pk)
    assert counts(work_off(run)) == (2, 0, 0, 0)
