"""An import is taken back: what it made is deleted, what it changed restored, who was reached since left alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_project.accounts.models import Team, User
from surveys.contacts.imports import services
from surveys.contacts.imports.models import ContactImport
from surveys.contacts.services import save_contact
from surveys.models import Company, Contact, Invitation
from surveys.services.invitations import create_invitation
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.surveys.contacts.imports.files import counts, imported, work_off

pytestmark = pytest.mark.django_db


def undone(run: ContactImport, by: User | None = None) -> tuple[int, int]:
    """How many were undone, and how many left alone."""
    services.undo(run_id=run.pk, by=by)
    run = work_off(run)
    assert run.state == "undone"
    assert not run.contacts.exists()
    return run.undone, run.left


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in Contact.objects.order_by("pk").values()]


def test_what_was_made_is_gone_and_what_was_changed_is_as_before() -> None:
    save_contact(make_contact(1, traits={"plan": "gold", "seats": 3}), {"company_name": "Acme"})
    make_contact(2)
    before = rows()
    run = imported(
        "email,name,phone,value,language,company,trait.plan,last asked,left,time zone,ask_every_days,do_not_contact\n"
        "customer1@example.com,N,+31 6 1234567,5,da,Other,silver,2020-01-01,2021-01-01,Europe/Paris,90,yes\n"
        "customer2@example.com,,,,,,,,,,,\nnew@example.com,New,,,,Third,,,,,,\n"
    )
    assert counts(run) == (1, 1, 1, 0)
    assert undone(run) == (2, 0)
    assert rows() == before
    assert list(Company.objects.values_list("name", flat=True)) == ["Acme"]


@pytest.mark.parametrize("since", ["asked", "answered", "changed", "unsubscribed", "asked by hand"])
@pytest.mark.parametrize("kind", ["made", "changed"])
def test_who_was_asked_answered_or_changed_since_is_left(kind: str, since: str) -> None:
    if kind == "changed":
        make_contact(1)
    run = imported("email,name\ncustomer1@example.com,Imported\nb@example.com,B\n")
    contact = Contact.objects.get(name="Imported")
    if since == "asked":
        create_invitation(survey=make_survey(), contact=contact)
    elif since == "answered":
        make_answer(make_survey(), 9, contact=contact)
    elif since == "changed":
        save_contact(contact, {"language": "da"})
    else:
        field = "unsubscribed_at" if since == "unsubscribed" else "last_asked_at"
        Contact.objects.filter(pk=contact.pk).update(**{field: timezone.now()})
    assert undone(run) == (1, 1)
    assert Contact.objects.get().name == "Imported"
    assert Invitation.objects.count() == (since == "asked")


def test_who_was_asked_long_before_gets_the_old_fields_back() -> None:
    contact = make_contact(1)
    create_invitation(survey=make_survey(), contact=contact)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=90))
    run = imported("email,name\ncustomer1@example.com,Imported\n")
    assert undone(run) == (1, 0)
    assert Contact.objects.get().name == "Customer 1"


def test_an_address_that_somebody_else_has_since_stays_theirs() -> None:
    make_contact(1, external_id="K1")
    run = imported("number,email\nK1,new@example.com\nK2,b@example.com\n")
    make_contact(1)
    assert undone(run) == (1, 1)
    assert set(Contact.objects.values_list("email", flat=True)) == {"new@example.com", "customer1@example.com"}


@pytest.mark.parametrize("undoer", ["mia", "ada"])
def test_whom_the_undoer_does_not_see_any_more_is_left(undoer: str) -> None:
    alpha, beta = Team.objects.create(name="Alpha"), Team.objects.create(name="Beta")
    mia, ada = make_user("mia", "manager", all_teams=False), make_user("ada", "admin")
    mia.teams.set([alpha, beta])
    make_contact(1, team=alpha)
    make_contact(2, team=beta)
    run = imported("email,name\ncustomer1@example.com,A\ncustomer2@example.com,B\nnew@example.com,New\n", by=mia)
    assert (counts(run), run.team) == ((1, 2, 0, 0), alpha)
    before = rows()
    mia.teams.set([beta])
    if undoer == "ada":
        assert undone(run, by=ada) == (3, 0)
        assert Contact.objects.count() == 2
        return
    client_of(mia).post(f"/contacts/import/{run.pk}/undo/")
    run = work_off(run)
    assert (run.state, run.undone, run.left) == ("undone", 1, 2)
    assert [row for row in rows() if row["team_id"] == alpha.pk] == [
        row for row in before if row["team_id"] == alpha.pk
    ], "of the other team nothing is changed"
    assert Contact.objects.get(team=beta).name == "Customer 2"
    assert "of another team" in client_of(mia).get(f"/contacts/import/{run.pk}/").content.decode()


def test_the_later_import_is_undone_before_the_earlier_one() -> None:
    first = imported("email,name\na@example.com,A\n")
    second = imported("email,name\na@example.com,B\n")
    assert undone(second) == (1, 0)
    assert Contact.objects.get().name == "A"
    assert undone(first) == (1, 0)
    assert not Contact.objects.exists()


def test_an_undo_goes_on_after_its_worker_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.contacts.imports.writing.undoing.ROWS", 1)
    run = imported("email\na@example.com\nb@example.com\nc@example.com\n")
    services.undo(run_id=run.pk, by=None)
    assert services.do_next_part(run.pk)
    assert Contact.objects.count() == 2
    services.undo(run_id=run.pk, by=None)  # asked twice, done once
    run = work_off(run)
    assert (run.undone, run.left) == (3, 0)
    assert not Contact.objects.exists()


def test_an_undo_stops_when_its_asker_is_no_manager_any_more_and_another_one_ends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("surveys.contacts.imports.writing.undoing.ROWS", 1)
    mia = make_user("mia", "manager")
    run = imported("email\na@example.com\nb@example.com\nc@example.com\n", by=mia)
    services.undo(run_id=run.pk, by=mia)
    assert services.do_next_part(run.pk)
    User.objects.filter(pk=mia.pk).update(role="agent")
    run = work_off(run)
    assert (run.state, run.undone, Contact.objects.count()) == ("stopped", 1, 2)
    assert undone(run, by=make_user("ada", "admin")) == (3, 0)
    assert not Contact.objects.exists()
