"""The pages of an import: the file, its columns, the progress, bad rows, stop, undo."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nps_project.accounts.models import Team, User
from surveys.contacts.imports import services
from surveys.contacts.imports.models import ContactImport, ImportPart
from surveys.models import Contact
from tests.factories import client_of, make_user
from tests.page_forms import forms_on
from tests.surveys.contacts.imports.files import begin, work_off

pytestmark = pytest.mark.django_db

FILE = "Klantnr;Naam;Schoen\n1;Jan;43\n;Piet;\n"


@pytest.fixture
def manager() -> User:
    return make_user("mo", "manager")


@pytest.fixture
def client(manager: User) -> Client:
    return client_of(manager)


def upload(client: Client, content: bytes = FILE.encode(), name: str = "klanten.csv") -> str:
    """Returns: the address of the file's columns."""
    answer = client.post("/contacts/import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"])


def test_a_file_is_uploaded_matched_imported_and_its_bad_rows_mended(client: Client) -> None:
    page = upload(client)
    shown = client.get(page).content.decode()
    assert "2 rows, in UTF-8, their cells divided by semicolon" in shown
    assert "Left out, unless you choose otherwise: <strong" in shown
    assert "Jan" in shown
    form = next(form for form in forms_on(shown) if form.action.endswith("/start/"))
    sent = form.sent()
    assert [sent[f"column-{number}"] for number in range(3)] == [["external_id"], ["name"], [""]]
    assert client.post(form.action, sent | {"column-2": "trait.Schoen"}).headers["Location"] == page
    running = client.get(page)
    assert running.headers["Refresh"] == "2"
    work_off(ContactImport.objects.get())
    done = client.get(page)
    assert "Refresh" not in done.headers
    assert "2 of 2, Finished" in done.content.decode()
    assert 'href="/contacts/">See your customers</a>' in done.content.decode()
    assert "Your own number, an e-mail address" in done.content.decode()
    assert Contact.objects.get().traits == {"Schoen": "43"}
    file = client.get(f"{page}bad.csv")
    assert file.headers["Content-Disposition"].startswith("attachment")
    again = upload(client, file.getvalue())
    form = next(form for form in forms_on(client.get(again).content.decode()) if form.action.endswith("/start/"))
    sent = form.sent()
    assert [sent[f"column-{number}"][0] for number in range(4)] == ["external_id", "name", "trait.Schoen", ""]
    assert "Left out" not in client.get(again).content.decode(), "the reasons are nobody’s data"


def test_who_imported_what_is_in_the_audit_log(client: Client, manager: User) -> None:
    run = work_off(begin(FILE, by=manager))
    client.post(f"/contacts/import/{run.pk}/undo/")
    work_off(run)
    found = [(entry.actor, set(entry.changes)) for entry in LogEntry.objects.get_for_object(run).order_by("pk")]
    assert found == [
        (manager, {"file", "rows", "columns"}), (manager, {"made", "changed", "unchanged", "bad"}),
        (manager, {"undo"}), (manager, {"undone", "left"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"PK\x03\x04", "workbook"), (b"email\n", "no line below")]
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(client: Client, content: bytes, words: str) -> None:
    answer = client.post("/contacts/import/", {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ContactImport.objects.exists()


def test_no_file_is_said_so(client: Client) -> None:
    answer = client.post("/contacts/import/", {})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_a_matching_without_anything_to_know_customers_by_is_refused_and_shown_again(client: Client) -> None:
    page = upload(client)
    answer = client.post(f"{page}start/", {"column-0": "", "column-1": "name", "column-2": ""})
    assert answer.status_code == 422
    assert "Match a column with your own number" in answer.content.decode()
    assert ContactImport.objects.get().state == "new"


def test_a_form_that_is_sent_twice_starts_one_import(client: Client) -> None:
    page = upload(client)
    for _time in range(2):
        assert client.post(f"{page}start/", {"column-0": "external_id"}).status_code == 303
    assert work_off(ContactImport.objects.get()).made == 1


def test_an_import_is_stopped_resumed_and_undone_by_its_buttons(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.contacts.imports.parts.ROWS", 1)
    page = upload(client, b"email\na@example.com\nb@example.com\n")
    client.post(f"{page}start/", {"column-0": "email"})
    run = ContactImport.objects.get()
    services.do_next_part(run.pk)
    client.post(f"{page}stop/")
    assert "1 of 2, Stopped" in client.get(page).content.decode()
    client.post(f"{page}go-on/")
    work_off(run)
    assert Contact.objects.count() == 2
    client.post(f"{page}undo/")
    assert client.get(page).headers["Refresh"] == "2"
    work_off(run)
    assert not Contact.objects.exists()
    assert "Undone" in client.get(page).content.decode()


def test_a_file_that_is_not_wanted_is_forgotten(client: Client) -> None:
    page = upload(client)
    told = client.post(f"{page}discard/", follow=True)
    assert told.redirect_chain == [("/contacts/import/", 303)]
    assert "klanten.csv is forgotten. Nothing was imported." in told.content.decode()
    assert client.get(page).status_code == 404
    assert not ImportPart.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_who_may_not_import_is_told_so(role: str) -> None:
    assert client_of(make_user("x", role)).get("/contacts/import/").status_code == 403


def test_imports_are_their_owners_and_admins(client: Client, manager: User) -> None:
    run = begin(FILE, by=make_user("other", "manager"))
    assert client.get(f"/contacts/import/{run.pk}/").status_code == 404
    assert client_of(make_user("ada", "admin")).get(f"/contacts/import/{run.pk}/").status_code == 200


def test_a_manager_who_is_none_any_more_imports_nothing(manager: User) -> None:
    run = begin(FILE, by=manager)
    User.objects.filter(pk=manager.pk).update(role="agent")
    assert work_off(run).state == "stopped"
    assert not Contact.objects.exists()


def test_after_thirty_days_the_file_and_what_undoes_it_are_gone(client: Client, manager: User) -> None:
    run, waiting = work_off(begin(FILE, by=manager)), upload(client)
    services.forget(timezone.now() + timedelta(days=29))
    assert client.get(waiting).status_code == 404  # nobody started it for a day
    assert run.parts.exists()
    services.forget(timezone.now() + timedelta(days=31))
    assert [kept.exists() for kept in (run.parts.all(), run.faults.all(), run.contacts.all())] == [False] * 3
    assert client.get(f"/contacts/import/{run.pk}/bad.csv").status_code == 404
    client.post(f"/contacts/import/{run.pk}/undo/")
    assert work_off(run).state == "finished"
    assert Contact.objects.exists()


def test_whoever_sees_their_own_teams_alone_sees_whom_they_imported() -> None:
    north, south, other = (Team.objects.create(name=name) for name in ("North", "South", "Other"))
    manager = make_user("nina", "manager", all_teams=False)
    client = client_of(manager)
    refused = client.post("/contacts/import/", {"file": SimpleUploadedFile("a.csv", FILE.encode())})
    assert refused.status_code == 422
    assert "You are in no team" in refused.content.decode()
    manager.teams.set([north, south])
    page = upload(client)
    form = next(form for form in forms_on(client.get(page).content.decode()) if form.action.endswith("/start/"))
    assert client.post(form.action, form.sent() | {"team": other.pk}).status_code == 422, "not a team of theirs"
    client.post(form.action, form.sent() | {"team": south.pk})
    work_off(ContactImport.objects.get())
    assert Contact.objects.visible_to(manager).get().team == south
