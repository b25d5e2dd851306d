"""Who names another team's company on a customer of their own learns nothing of it, and changes nothing."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from followup.insights.risk import looking
from nps_project.accounts.models import Team, User
from surveys.contacts.companies.services import save_company
from surveys.contacts.services import save_contact
from surveys.models import Company, Contact, Unsubscription
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.surveys.contacts.imports.files import imported

pytestmark = pytest.mark.django_db

NAME, FIGURE, ZONE = "Nordlys Holding", "987,654", "Asia/Tokyo"


@pytest.fixture
def alpha() -> Team:
    return Team.objects.create(name="Alpha")


@pytest.fixture
def mia(alpha: Team) -> User:
    """A manager of Alpha alone."""
    mia = make_user("mia", "manager", all_teams=False)
    mia.teams.add(alpha)
    return mia


@pytest.fixture
def customer() -> Contact:
    """Beta's, of a company that only Beta knows."""
    beta = Team.objects.create(name="Beta")
    customer = save_contact(make_contact(1, team=beta, value=44_444), {"company_name": NAME})
    assert customer.company is not None
    save_company(customer.company, {"value": 987_654, "time_zone": ZONE})
    return customer


def _by_page(mia: User) -> None:
    typed = {"name": "Mine", "email": "mine@example.com", "company_name": NAME.upper()}
    assert client_of(mia).post("/contacts/new/", typed).status_code == 302


def _by_changing(mia: User) -> None:
    mine = make_contact(9, team=mia.teams.get())
    typed = {"name": "Mine", "email": "mine@example.com", "company_name": NAME}
    assert client_of(mia).post(f"/contacts/{mine.pk}/edit/", typed).status_code == 302


def _by_import(mia: User) -> None:
    imported(f"email,name,company\nmine@example.com,Mine,{NAME}\n", by=mia)


def _by_program(mia: User) -> None:
    mine = make_contact(9, team=mia.teams.get())
    changed = _program_of(mia).patch(f"contacts/{mine.pk}/", {"company": NAME})
    assert changed["company"] == NAME


def _program_of(mia: User) -> Program:
    """With a key of scope admin whose account sees Mia's team alone."""
    program = Program("admin")
    assert program.user is not None
    User.objects.filter(pk=program.user.pk).update(all_teams=False, role="manager")
    program.user.teams.set(mia.teams.all())
    return program


@pytest.mark.parametrize("name_it", [_by_page, _by_changing, _by_import, _by_program])
@pytest.mark.parametrize("has_customers", [True, False])
def test_naming_a_company_shows_nothing_of_its_own_and_changes_nothing(
    name_it: Callable[[User], None], has_customers: bool, mia: User, customer: Contact
) -> None:
    before = list(Company.objects.values())
    path = f"contacts/companies/{customer.company_id}/"
    assert client_of(mia).get(f"/{path}").status_code == 404
    if not has_customers:  # of a company that only its name is left of, everybody would see each customer
        Contact.objects.all().delete()
    name_it(mia)
    browser = client_of(mia)
    for address in (path, "contacts/companies/", "contacts/", "desk/find/?q=nordlys"):
        page = browser.get(f"/{address}").content.decode()
        assert "Nordlys" in page or "NORDLYS" in page, address
        for secret in (FIGURE, "987654", ZONE, "Customer 1", "44,444"):
            assert secret not in page, (address, secret)
    assert browser.get(f"/{path}edit/").status_code == 403
    assert browser.post(f"/{path}edit/", {"name": "Pwned", "value": "1"}).status_code == 403
    assert list(Company.objects.values()) == before
    if has_customers:
        customer.refresh_from_db()
        assert customer.company_name == NAME


def test_nor_is_it_told_to_a_program_that_sees_one_team(mia: User, customer: Contact) -> None:
    program = _program_of(mia)
    _by_page(mia)
    path = f"companies/{customer.company_id}/"
    told = program.get(path)
    assert (told["value"], told["value_is_own"], told["time_zone"], told["contacts"]) == (None, False, "", 1)
    assert program.get("companies/")["results"] == [told]
    assert program.call("PATCH", path, {"name": "Pwned"}).status_code == 403
    assert program.call("POST", "companies/", {"name": NAME}).status_code == 403, "nor whether there is one"
    whole = Program("admin").get(path)
    assert (whole["value"], whole["value_is_own"], whole["time_zone"]) == ("987654.00", True, ZONE)


@pytest.mark.parametrize("all_teams", [False, True])
def test_the_list_of_risk_tells_its_own_value_to_who_sees_all_teams(
    all_teams: bool, alpha: Team, mia: User, customer: Contact
) -> None:
    User.objects.filter(pk=mia.pk).update(all_teams=all_teams)
    survey = make_survey(team=alpha)
    mine = save_contact(make_contact(9, value=1_234), {"company_name": NAME})
    make_answer(survey, 9, contact=mine)
    Unsubscription.objects.create(contact=mine, survey=survey)
    looking.look(timezone.now())
    page = client_of(mia).get("/insights/risk/?by=companies").content.decode()
    assert NAME in page
    assert (FIGURE in page, "1,234" in page.split("<tbody")[-1]) == (all_teams, not all_teams)


def test_who_sees_all_teams_changes_it_for_all(mia: User, customer: Contact) -> None:
    _by_page(mia)
    boss = client_of(make_user("boss", "manager"))
    typed = {"name": "Nordlys A/S", "value": "5"}
    assert boss.post(f"/contacts/companies/{customer.company_id}/edit/", typed).status_code == 302
    assert {row.company_name for row in Contact.objects.all()} == {"Nordlys A/S"}
