"""The page of silent risk: its list, one click to a ticket, its money, files, and who sees what."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from followup.insights.risk.looking import look
from followup.insights.risk.models import AtRisk
from followup.models import Ticket
from followup.playbooks import services as playbooks
from nps_project.accounts.models import Team
from surveys.models import Company, Contact, Response, Survey
from tests.api_client import Program
from tests.factories import client_of, make_survey, make_user
from tests.followup.insights.recovery.cases import ANSWERED, NOW, Past, make_past
from tests.followup.insights.risk.test_looking import ask, customer

pytestmark = pytest.mark.django_db
PAGE = "/insights/risk/"


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def survey() -> Survey:
    return make_survey(team=Team.objects.create(name="North"))


@pytest.fixture
def fallen(survey: Survey) -> Contact:
    company = Company.objects.create(name="Holm & Søn")
    contact = customer(901, survey, (100, 9), (10, 7), value=49000, company=company, traits={"company": "Holm & Søn"})
    poor = customer(902, survey, (300, 8), value=120)
    ask(poor, survey, 200, 90, 60)
    customer(903, survey, bounced_at=NOW - timedelta(days=3))
    look(NOW)
    return contact


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("ada", "admin"))


def test_the_list_says_who_and_why_those_worth_most_first(admin: Client, fallen: Contact) -> None:
    page = admin.get(PAGE).content.decode()
    assert "from 9 to 7 on 22 May 2026" in page
    assert "asked 3 times since 13 Nov 2025, without an answer" in page
    assert "mail came back on 29 May 2026" in page
    assert page.index("49,000") < page.index("asked 3 times") < page.index("mail came back on")
    only = admin.get(f"{PAGE}?reason=fell").content.decode()
    assert "from 9 to 7" in only
    assert "asked 3 times" not in only
    assert "from 9 to 7" not in admin.get(f"{PAGE}?value_from=50000").content.decode()
    assert "style=" not in page.replace("stylesheet", "")


@pytest.mark.parametrize(
    ("query", "said", "names_a_company"),
    [("", "2 customers at risk are of no company.", True), ("&reason=fell", "", True),
     ("&reason=bounced", "1 customer at risk is of no company.", False)],
)  # fmt: skip
def test_customers_of_no_company_are_not_lost_among_companies(
    admin: Client, fallen: Contact, query: str, said: str, names_a_company: bool
) -> None:
    page = admin.get(f"{PAGE}?by=companies{query}").content.decode()
    assert ("of no company" in page) == bool(said)
    assert said in page
    assert ("Holm &amp; Søn" in page) == names_a_company
    assert "Nobody is at risk" not in page


def test_companies_stand_with_their_people(admin: Client, fallen: Contact, survey: Survey) -> None:
    customer(904, survey, company=fallen.company)
    page = admin.get(f"{PAGE}?by=companies").content.decode()
    assert "Holm &amp; Søn" in page
    assert "1 of 2" in page
    Company.objects.update(value=90000)
    assert "90,000" in admin.get(f"{PAGE}?by=companies").content.decode()
    assert "from 9 to 7" in admin.get(f"{PAGE}?company={fallen.company_id}").content.decode()


def test_one_click_opens_the_ticket_of_the_last_answer_and_says_why(fallen: Contact) -> None:
    agent = client_of(make_user("bea"))
    answer = agent.post(f"{PAGE}{fallen.pk}/ticket/", {"query": "?reason=fell"})
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/tickets/{ticket.pk}/")
    assert (ticket.response.score, ticket.is_by_hand, ticket.tags) == (7, True, ["proactive"])
    page = agent.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Not unhappy by the score, but at risk: from 9 to 7" in page
    assert not AtRisk.objects.filter(contact=fallen).exists()
    again = agent.post(f"{PAGE}{fallen.pk}/ticket/", {"query": "?reason=fell"})
    assert (again.status_code, again["Location"]) == (303, f"{PAGE}?reason=fell")
    assert Ticket.objects.count() == 1
    look(NOW)
    assert not AtRisk.objects.filter(contact=fallen).exists()


def test_a_ticket_opened_meanwhile_is_shown_instead(fallen: Contact) -> None:
    agent = client_of(make_user("bea"))
    row = AtRisk.objects.get(contact=fallen)
    agent.post(f"/desk/answers/{row.response_id}/ticket/")
    assert "from 9 to 7" not in agent.get(PAGE).content.decode()
    answer = agent.post(f"{PAGE}{fallen.pk}/ticket/")
    assert answer["Location"] == f"/desk/tickets/{Ticket.objects.get().pk}/"


def test_who_never_answered_is_asked_by_phone(fallen: Contact) -> None:
    agent, bounced = client_of(make_user("bea")), Contact.objects.get(bounced_at__isnull=False)
    assert f"/contacts/{bounced.pk}/answer/" in agent.get(PAGE).content.decode()
    assert agent.post(f"{PAGE}{bounced.pk}/ticket/").status_code == 303
    assert not Ticket.objects.exists()


def test_people_see_their_teams_customers_and_viewers_open_nothing(survey: Survey, fallen: Contact) -> None:
    other = client_of(make_user("oda", all_teams=False))
    page = other.get(PAGE).content.decode()
    assert "from 9 to 7" not in page
    assert "Nobody is at risk" in page
    other.post(f"{PAGE}{fallen.pk}/ticket/")
    assert not Ticket.objects.exists()
    vic = make_user("vic", "viewer", all_teams=False)
    assert survey.team is not None
    survey.team.members.add(vic)
    viewer = client_of(vic)
    seen = viewer.get(PAGE).content.decode()
    assert "from 9 to 7" in seen
    assert "Open a ticket" not in seen
    assert viewer.post(f"{PAGE}{fallen.pk}/ticket/").status_code == 403
    assert Client().get(PAGE)["Location"].startswith("/login/")


def test_a_page_holds_twenty_and_the_next_goes_on_where_it_ended(admin: Client, survey: Survey) -> None:
    for number in range(43):
        customer(number, survey, bounced_at=NOW - timedelta(days=1), value=number // 2)
    look(NOW)
    first = admin.get(PAGE).content.decode()
    more = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = admin.get(f"{PAGE}{more}").content.decode()
    shown = [page.count('class="risk-why"') for page in (first, second)]
    assert shown == [20, 20]
    assert admin.get(f"{PAGE}?after=x").status_code == 400
    assert admin.get(f"{PAGE}?after=NaN~1").status_code == 400
    assert admin.get(f"{PAGE}?by=companies&after=1~x").status_code == 400


def test_bad_filters_are_named(admin: Client) -> None:
    answer = admin.get(f"{PAGE}?reason=x&currency=euro&value_from=-1&from=2026-13-01&company=x")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "cannot be “x”" in page
    assert "three capital letters" in page or "cannot be “euro”" in page
    assert admin.get(f"{PAGE}risk.csv?reason=x").status_code == 400


def test_a_bad_filter_is_not_answered_with_noughts(admin: Client, fallen: Contact) -> None:
    page = admin.get(f"{PAGE}?reason=x").content.decode()
    assert "Show the list without it" in page
    assert "known customers answered" not in page
    assert 'class="risk-n"' not in page


def test_a_phone_reads_what_a_company_is_worth_and_why_below_its_name(admin: Client, fallen: Contact) -> None:
    page = admin.get(f"{PAGE}?by=companies").content.decode()
    told = " ".join(page.split('class="phone-only small risk-told">')[1].split("</span>")[0].split())
    assert told == "worth 49,000 a year<br>Fell from 9–10 to 7–8: 1"


def test_the_list_says_at_what_time_it_was_looked_through(admin: Client, fallen: Contact) -> None:
    assert f"Looked for each hour, last today {NOW:%H:%M}." in admin.get(PAGE).content.decode()


def test_the_page_costs_a_fixed_number_of_queries(
    admin: Client, survey: Survey, fallen: Contact, django_assert_max_num_queries: Any
) -> None:
    make_past(survey, make_user("bea"), [Past(hours=2, second=8, value=10)] * 30)
    admin.get(PAGE)
    for address in (PAGE, f"{PAGE}?by=companies"):
        with django_assert_max_num_queries(14):
            admin.get(address)


def test_money_stands_in_tables_pictures_and_files(admin: Client, survey: Survey) -> None:
    make_past(survey, make_user("bea"), [Past(score=2, hours=2, second=8, value=1000)] * 20
              + [Past(score=2, left_days=30, value=500)] * 12 + [Past(score=4, value=50)] * 3
              + [Past(score=5, value=10)] * 11)  # fmt: skip
    playbooks.record_churn_since(survey=survey, day=ANSWERED.date())
    page = admin.get(PAGE).content.decode()
    assert "46 known customers answered 0 to 6" in page
    assert "hidden: too few to be told apart" in page
    assert page.count('<svg class="picture"') >= 2
    assert admin.get(f"{PAGE}kept.svg")["Content-Type"].startswith("image/svg+xml")
    assert admin.get(f"{PAGE}worth.png").content[:4] == b"\x89PNG"
    assert admin.get(f"{PAGE}nothing.svg").status_code == 404
    rows = list(csv.DictReader(io.StringIO(text_of(admin.get(f"{PAGE}risk.csv")))))
    whole = next(row for row in rows if row["figure"] == "unhappy_customers")
    assert (whole["n"], whole["money"]) == ("46", "26260.00")
    assert sum(row["figure"] == "unhappy_customers_by_score" and row["n"] != "" for row in rows) >= 1


def test_the_customers_are_to_be_had_as_a_table(admin: Client, fallen: Contact) -> None:
    rows = list(csv.reader(io.StringIO(text_of(admin.get(f"{PAGE}customers.csv?reason=fell")))))
    assert len(rows) == 2
    assert rows[1][4:] == ["49000.00", "", "fell", "2026-05-22", "", "9", "7", "2026-05-22"]
    assert admin.get(f"{PAGE}customers.xlsx").status_code == 200
    assert admin.get(f"{PAGE}customers.pdf").status_code == 404


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_programs_read_the_figures_and_the_customers(survey: Survey, fallen: Contact) -> None:
    make_past(survey, make_user("bea"), [Past(score=2, hours=2, second=8, value=1000)] * 20)
    program = Program("read")
    found = program.get("stats/risk/")
    assert (found["n"], found["value"]) == (3, "49120.00")
    assert {one["reason"]: one["n"] for one in found["reasons"]} == {
        "silent": 1, "bounced": 1, "unsubscribed": 0, "fell": 1,
    }  # fmt: skip
    assert (found["unhappy"]["n"], found["unhappy"]["value"]) == (20, "20000.00")
    assert [row["score"] for row in found["by_score"]] == list(range(7))
    assert [group["given"] for group in found["gestures"]["groups"]][0] == "nothing"
    listed = program.get("stats/risk/customers/?reason=fell")["results"]
    assert [(row["contact"], row["value"], row["reasons"], row["score_before"], row["score"]) for row in listed] == [
        (fallen.pk, "49000.00", ["fell"], 9, 7)
    ]
    assert Program("write").post("tickets/", {"response": listed[0]["response"]}, status=201)
    assert program.get("stats/risk/customers/?reason=fell")["results"] == []
    assert Response.objects.get(pk=listed[0]["response"]).score == 7
    for bad in ("reason=x", "currency=euro", "team=x", "from=2026-02-30", "owner=1"):
        program.get(f"stats/risk/?{bad}", status=400)
    program.get("stats/risk/customers/?reason=x", status=400)
    assert Program("read", survey=make_survey("other")).get("stats/risk/")["n"] == 0
