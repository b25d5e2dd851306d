"""Companies: their figures, who sees which, and changing one."""

from decimal import Decimal
from typing import Any

import pytest

from nps_project.accounts.models import Team
from nps_project.common import paging
from surveys.contacts.companies.services import CompanyTaken, figures_of, save_company
from surveys.contacts.services import save_contact
from surveys.models import Company, Contact
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.page_forms import forms_on

pytestmark = pytest.mark.django_db


def of(company: str, number: int, **fields: Any) -> Contact:
    return save_contact(make_contact(number, **fields), {"company_name": company})


def test_figures_of_a_company_are_those_of_its_contacts() -> None:
    survey, boss = make_survey(), make_user("boss", "manager")
    make_ticket(survey, 2, contact=of("Nordlys", 1, value=100))
    make_answer(survey, 10, contact=of("Nordlys", 2, value=50))
    make_answer(survey, 9, contact=of("Other", 3))
    nordlys, other = Company.objects.order_by("name")
    figures = figures_of([nordlys, other], boss)
    one = figures[nordlys.pk]
    assert (one.contacts, one.value, one.value_is_own, one.open_tickets) == (2, Decimal(150), False, 1)
    assert (one.nps.nps, one.nps.responses) == (0, 2)
    assert (figures[other.pk].value, figures[other.pk].open_tickets, figures[other.pk].nps.nps) == (None, 0, 100)
    assert figures_of([save_company(nordlys, {"value": 900})], boss)[nordlys.pk].value == 900
    page = client_of(boss).get(f"/contacts/companies/{nordlys.pk}/").content.decode()
    assert "between −73 and 73, n 2" in page
    assert "Customer 1" in page


def test_a_new_name_is_written_to_the_contacts() -> None:
    ann = of("Nordlys", 1, traits={"plan": "gold"})
    of("Other", 2)
    company = ann.company
    assert company is not None
    boss = client_of(make_user("boss", "manager"))
    form = forms_on(boss.get(f"/contacts/companies/{company.pk}/edit/").content.decode())[-1]
    typed = form.sent() | {"name": ["Nordlys A/S"], "time_zone": ["Europe/Copenhagen"]}
    assert boss.post(f"/contacts/companies/{company.pk}/edit/", typed).status_code == 302
    ann.refresh_from_db()
    assert ann.traits == {"plan": "gold", "company": "Nordlys A/S"}
    assert ann.company == company
    assert Company.objects.get(pk=company.pk).time_zone == "Europe/Copenhagen"
    assert Contact.objects.named("nordlys a s").get() == ann
    with pytest.raises(CompanyTaken):
        save_company(company, {"name": "OTHER"})
    answer = boss.post(f"/contacts/companies/{company.pk}/edit/", {"name": "other"})
    assert answer.status_code == 422
    assert "Another company has this name" in answer.content.decode()


def test_the_list_goes_by_name_and_is_searched_by_beginnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.page, "__defaults__", (2,))
    for number, name in enumerate(("beta Tryk", "Alfa", "Çelik Beta")):
        of(name, number)
    client = client_of(make_user("vic", "viewer"))
    first = client.get("/contacts/companies/")
    assert [company.name for company, _figures in first.context["rows"]] == ["Alfa", "beta Tryk"]
    second = client.get(f"/contacts/companies/{first.context['more_url']}")
    assert [company.name for company, _figures in second.context["rows"]] == ["Çelik Beta"]
    found = client.get("/contacts/companies/?q=bet")
    assert [company.name for company, _figures in found.context["rows"]] == ["beta Tryk", "Çelik Beta"]
    assert client.get("/contacts/companies/?after=x").status_code == 400
    assert client.get("/contacts/companies/?after=999999").status_code == 400


def test_another_teams_company_is_not_there_and_a_shared_one_counts_what_is_seen() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    bea = make_user("bea", "manager", all_teams=False)
    north.members.add(bea)
    mine, theirs = make_survey("mine", team=north), make_survey("theirs", team=south)
    make_answer(mine, 10, contact=of("Shared", 1))
    make_ticket(theirs, 0, contact=of("Shared", 2, value=5))
    make_ticket(theirs, 0, contact=of("Secret", 3))
    secret, shared = Company.objects.order_by("name")
    one = figures_of([shared], bea)[shared.pk]
    assert (one.contacts, one.value, one.nps.responses, one.nps.nps, one.open_tickets) == (1, None, 1, 100, 0)
    client = client_of(bea)
    assert "Secret" not in client.get("/contacts/companies/").content.decode()
    for address in ("", "edit/"):
        assert client.get(f"/contacts/companies/{secret.pk}/{address}").status_code == 404
    assert client.get(f"/contacts/companies/{shared.pk}/").status_code == 200


@pytest.mark.parametrize("role", ["viewer", "manager", "admin"])
@pytest.mark.parametrize("all_teams", [True, False])
def test_what_is_known_of_the_whole_is_for_who_sees_all_teams(role: str, all_teams: bool) -> None:
    north = Team.objects.create(name="North")
    bea = make_user("bea", role, all_teams=all_teams)
    north.members.add(bea)
    company = of("Nordlys", 1, value=50, team=north).company
    assert company is not None
    save_company(company, {"value": 987_654, "time_zone": "Asia/Tokyo"})
    address, is_whole = f"/contacts/companies/{company.pk}/", all_teams or role == "admin"
    page = client_of(bea).get(address).content.decode()
    assert ("987,654" in page, "Asia/Tokyo" in page) == (is_whole, is_whole)
    assert ("shown to people who see all teams" in page, "the sum of its contacts" in page) == (not is_whole,) * 2
    may_change = is_whole and role != "viewer"
    assert (f"{address}edit/" in page) is may_change
    assert client_of(bea).get(f"{address}edit/").status_code == (200 if may_change else 403)
    told = client_of(bea).get("/contacts/companies/").context["rows"][0][1]
    assert (told.value, told.value_is_own) == ((987_654, True) if is_whole else (50, False))


def test_below_the_list_stands_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(make_user("vic", "viewer"))
    of("Nordlys", 1)
    assert "1 company" in client.get("/contacts/companies/").content.decode()
    of("Other", 2)
    page = client.get("/contacts/companies/", {"q": "other"})
    assert "1 company" in page.content.decode()
    monkeypatch.setattr("surveys.contacts.companies.pages.COUNT_LIMIT", 1)
    assert "more than 1 companies" in client.get("/contacts/companies/").content.decode()
