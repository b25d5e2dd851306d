"""The page of recovery: its figures, pictures, files, lists, and who sees what."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from followup.models import Ticket
from followup.playbooks import services as playbooks
from nps_project.accounts.models import Team, User
from surveys.models import Survey
from tests.factories import client_of, make_survey, make_user
from tests.followup.insights.recovery.cases import ANSWERED, NOW, Past, make_past
from tests.kept_rows import copy_of, kept_for_module

pytestmark = pytest.mark.django_db
PAGE = "/insights/recovery/"
PASTS = [
    *[Past(hours=2, second=8)] * 8,
    *[Past(hours=2, second=3)] * 4,
    *[Past(hours=60, second=8)] * 5,
    *[Past(hours=60, second=2, left_days=40)] * 7,
    *[Past(second=2)] * 9,
    *[Past(second=7)] * 2,
]


def make_asked() -> Survey:
    survey = make_survey(team=Team.objects.create(name="North"))
    make_past(survey, make_user("bea"), PASTS)
    playbooks.record_churn_since(survey=survey, day=ANSWERED.date())
    return survey


kept_survey = kept_for_module(make_asked)


@pytest.fixture
def survey(db: None, kept_survey: Survey) -> Survey:
    return copy_of(kept_survey)


@pytest.fixture
def admin(survey: Survey) -> Client:
    return client_of(make_user("ada", "admin"))


# The first of the module: the others share their rows.
def test_a_company_without_answers_is_told_what_will_be_here() -> None:
    page = client_of(make_user("ada", "admin")).get(PAGE)
    assert page.status_code == 200
    assert "will be counted here" in page.content.decode()


def test_the_page_shows_figures_pictures_and_tables(admin: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        page = admin.get(PAGE).content.decode().replace("\xa0", " ")
    assert "43 % (28–59), n 35" in page  # recovered: 15 of 35
    assert "67 % (39–86), n 12" in page  # within 4 hours
    assert page.count('<svg class="picture"') == 4
    assert "within the noise" in page
    assert "What these figures cannot show" in page
    assert "style=" not in page.replace("stylesheet", "")


def test_the_page_costs_a_fixed_number_of_queries(
    admin: Client, survey: Survey, django_assert_max_num_queries: object
) -> None:
    with time_machine.travel(NOW, tick=False):
        admin.get(PAGE)
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            admin.get(PAGE + "?by=owner")


def test_filters_stand_in_the_address_and_a_bad_one_is_named(admin: Client, survey: Survey) -> None:
    with time_machine.travel(NOW, tick=False):
        assert "n 35" in admin.get(f"{PAGE}?survey={survey.slug}&by=survey").content.decode()
        assert "nobody answered 0 to 6" in admin.get(f"{PAGE}?from=2026-05-01").content.decode()
        refused = admin.get(f"{PAGE}?survey=nothing&from=x")
    assert refused.status_code == 400
    assert "cannot be “nothing”" in refused.content.decode()
    assert "cannot be “x”" in refused.content.decode()


@pytest.mark.parametrize("name", ["team", "owner"])
def test_a_wrong_filter_names_the_teams_and_people_that_it_can_be(admin: Client, name: str) -> None:
    refused = admin.get(f"{PAGE}?{name}=99999")
    assert refused.status_code == 400
    [words] = re.findall(r"cannot be “99999”. Allowed: ([^<]*)\.", refused.content.decode())
    assert ("North" if name == "team" else "ada") in words.split(", ")


@pytest.mark.parametrize("by", ["month", "team", "owner", "survey", "root_cause"])
def test_the_last_table_is_divided_by_what_was_chosen(admin: Client, by: str) -> None:
    with time_machine.travel(NOW, tick=False):
        page = admin.get(f"{PAGE}?by={by}").content.decode().replace("\xa0", " ")
    assert "43 % (28–59), n 35" in page[page.index('id="by-heading"') :]


@pytest.mark.parametrize("name", ["speed", "compared", "before-and-after", "still-customers"])
def test_each_picture_is_to_be_had_as_a_file(admin: Client, name: str) -> None:
    with time_machine.travel(NOW, tick=False):
        svg, png = admin.get(f"{PAGE}{name}.svg"), admin.get(f"{PAGE}{name}.png")
        assert admin.get(f"{PAGE}{name}.gif").status_code == 404
    assert svg["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in svg["Content-Security-Policy"]
    assert png.content[:4] == b"\x89PNG"
    assert "attachment" in png["Content-Disposition"]


def test_the_table_of_every_figure_has_them_unrounded(admin: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = admin.get(f"{PAGE}recovery.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {(row["figure"], row["group"]): row for row in csv.DictReader(io.StringIO(text))}
    assert float(rows["recovered", ""]["value"]) == pytest.approx(15 / 35)
    assert rows["recovered", ""]["of"] == "35"
    assert rows["tickets", ""]["n"] == "35"
    assert float(rows["retained_at_90", "late"]["value"]) == pytest.approx(5 / 12)


def test_each_number_opens_its_tickets(admin: Client) -> None:
    expected = {"all": 35, "contacted": 24, "in-time": 12, "promised": 35, "second": 35, "recovered": 15,
                "passives": 15, "promoters": 0, "speed-0": 12, "speed-3": 12, "speed-6": 11,
                "promise-0": 12, "promise-1": 12, "promise-2": 11}  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        found = {
            figure: admin.get(f"{PAGE}tickets/?figure={figure}").content.decode().count("/desk/tickets/")
            for figure in expected
        }
        assert found == expected
        page = admin.get(PAGE).content.decode()
        for place in range(3):
            [n] = re.findall(rf'figure=promise-{place}">[^<]* n (\d+)</a>', page)
            assert int(n) == expected[f"promise-{place}"]
        assert admin.get(f"{PAGE}tickets/?figure=nothing").status_code == 400
        assert admin.get(f"{PAGE}tickets/?figure=all&after=x").status_code == 400


def test_people_see_the_figures_of_their_teams(survey: Survey) -> None:
    vic = make_user("vic", "viewer", all_teams=False)
    client = client_of(vic)
    with time_machine.travel(NOW, tick=False):
        assert "nobody answered 0 to 6" in client.get(PAGE).content.decode()
        assert survey.team is not None
        survey.team.members.add(vic)
        assert "n 35" in client.get(PAGE).content.decode()
        # Second scores may be of surveys that they do not see: figures only.
        assert client.get(f"{PAGE}tickets/?figure=recovered").status_code == 400
        assert client.get(f"{PAGE}tickets/?figure=all").status_code == 200


@pytest.mark.parametrize("by", ["survey", "team", "owner", "root_cause"])
def test_a_group_that_no_filter_of_the_reader_names_is_no_link(survey: Survey, by: str) -> None:
    north, south = Team.objects.get(name="North"), Team.objects.create(name="South")
    vic = make_user("vic", "viewer", all_teams=False)
    south.members.add(vic)
    handed = Ticket.objects.filter(survey=survey).values_list("pk", flat=True)[:12]
    Ticket.objects.filter(pk__in=list(handed)).update(team=south)  # of a survey of the other team
    own = Ticket.objects.filter(survey=survey, team=north).latest("pk")
    Ticket.objects.filter(pk=own.pk).update(owner=vic)  # as when they still took calls
    client = client_of(vic)
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"{PAGE}?by={by}").content.decode()
        table = page[page.index('id="by-heading"') :]
        for address in re.findall(r'<th scope="row" dir="auto">\s*<a href="([^"]*)"', table):
            assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_insights_lead_to_the_figures(admin: Client) -> None:
    assert 'href="/insights/recovery/"' in admin.get("/insights/").content.decode()
    assert Client().get(PAGE).headers["Location"].startswith("/login/")


def test_a_survey_says_since_when_it_records_who_left(admin: Client, survey: Survey) -> None:
    address = f"/setup/surveys/{survey.slug}/follow-up/"
    assert ANSWERED.date().isoformat() in admin.get(address).content.decode()
    book = playbooks.playbook_of(survey.pk)
    day = (ANSWERED + timedelta(days=30)).date()
    sent = {"playbook": book.pk, "churn_recorded_since": day.isoformat()}
    assert admin.post(address, sent).status_code == 302
    assert playbooks.churn_recorded_since(survey.pk) == day
    assert admin.post(address, sent | {"churn_recorded_since": "x"}).status_code == 422
    assert Ticket.objects.exists()


def test_in_danish_a_month_begins_its_line_with_a_capital_and_a_claim_is_no_button(admin: Client) -> None:
    User.objects.update(language="da")
    with time_machine.travel(NOW, tick=False):
        page = admin.get(PAGE).content.decode()
    assert "Februar 2026" in page
    assert "Påstand</th>" in page
    assert "Tag sagen" not in page
