"""The page about those who did not answer: its figures, files and lists, who sees what, and the API."""

import csv
import io
from typing import Any

import pytest
import time_machine
from django.test import Client

from followup.insights.figures.periods import Period
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.read import read as read_figures
from followup.models import Ticket
from followup.tickets import opening
from nps_project.accounts.models import Team
from surveys.models import Campaign, Contact, Invitation, Response, Segment, Survey
from surveys.services import announcements
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.followup.insights.silence.cases import ASKED, NOW, ask, make_campaign
from tests.kept_rows import copy_of, kept_for_module

pytestmark = pytest.mark.django_db
PAGE = "/insights/silence/"


def make_asked() -> Campaign:
    """Of 40 Danes 30 answered, of 60 others 12; three mails came back, five are not sent yet."""
    survey = make_survey(team=Team.objects.create(name="North"))
    campaign = make_campaign(survey)
    ask(survey, [10] * 20 + [3] * 10 + [None] * 10, campaign, language="da", traits={"plan": "gold"})
    ask(survey, [10] * 2 + [7] * 2 + [1] * 8 + [None] * 48, campaign, traits={"plan": "basic"})
    silent = Invitation.objects.filter(status="delivered").order_by("-pk")
    Invitation.objects.filter(pk__in=silent.values("pk")[:3]).update(status="bounced", delivered_at=None)
    waiting = ask(survey, [None] * 5, campaign)
    Invitation.objects.filter(contact__in=waiting).update(status="waiting", sent_at=None, asked_at=None)
    Contact.objects.filter(pk__in=[one.pk for one in waiting]).update(churned_at=ASKED)
    unhappy = Response.objects.filter(score__lte=6).order_by("pk")
    announcements.store(unhappy.values_list("pk", flat=True))
    for answer in unhappy:
        opening.open_for_response(answer.pk, at=answer.answered_at)
    for ticket in Ticket.objects.order_by("pk")[:4]:
        Ticket.objects.filter(pk=ticket.pk).update(first_contact_at=ASKED)
    return campaign


kept_campaign = kept_for_module(make_asked)


@pytest.fixture
def campaign(db: None, kept_campaign: Campaign) -> Campaign:
    return copy_of(kept_campaign)


@pytest.fixture
def survey(campaign: Campaign) -> Survey:
    return campaign.survey


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("ada", "admin"))


def read(client: Client, address: str = PAGE, status: int = 200) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode().replace("\xa0", " ")


# The first of the module: the others share their rows.
def test_without_anybody_asked_it_says_so(admin: Client) -> None:
    page = read(admin)
    assert "Nobody was asked in this period" in page
    assert "No answers in this period" in page


def test_the_steps_are_those_of_the_campaign_s_own_page(admin: Client, campaign: Campaign) -> None:
    page = read(admin)
    cells = [
        part.split("</a>")[0].split(">")[-1] for part in page.split('<tr class="silence-all">')[1].split("<td")[1:7]
    ]
    assert cells == ["100", "97", "42", "20", "4", "0"]
    assert "42 %" in page
    own = read(admin, f"/campaigns/{campaign.pk}/")
    assert "42" in own


def test_each_number_opens_whom_it_counts(admin: Client, campaign: Campaign) -> None:
    expected = {"asked": 50, "delivered": 50, "answered": 42, "commented": 20, "silent": 50}
    for figure, number in expected.items():
        page = read(admin, f"{PAGE}people/?figure={figure}&campaign={campaign.pk}")
        assert page.count('<th scope="row"') == number, figure
        assert ("More" in page) == (figure in ("asked", "delivered", "silent"))
    assert read(admin, f"{PAGE}tickets/?figure=followed_up").count("/desk/tickets/") == 4
    assert read(admin, f"{PAGE}people/?figure=silent&by=language&value=da").count('<th scope="row"') == 10
    assert read(admin, f"{PAGE}people/?figure=silent&by=trait.plan&value=-").count('<th scope="row"') == 0
    assert read(admin, f"{PAGE}people/?figure=asked&channel=phone").count('<th scope="row"') == 0


@pytest.mark.parametrize(
    "query", ["figure=x", "channel=x", "after=x", "from=x", "by=segment&value=nothing", "campaign=9"]
)
def test_a_bad_filter_is_named(admin: Client, campaign: Campaign, query: str) -> None:
    page = read(admin, f"{PAGE}people/?{query}", 400)
    assert 'role="alert"' in page


def test_the_most_silent_group_comes_first_with_its_interval(admin: Client, campaign: Campaign) -> None:
    page = read(admin)
    rates = page[page.index('id="rates-head"') :]
    assert "20 % (12–32), n 60" in rates
    assert "75 % (60–86), n 40" in rates
    assert rates.index("20 % (12") < rates.index("75 % (60")
    assert "too few to be told apart" not in rates


@pytest.mark.parametrize("by", ["survey", "team", "channel", "company", "account_manager", "trait.plan", "segment"])
def test_it_is_divided_by_whatever_is_known_of_the_asked(admin: Client, campaign: Campaign, by: str) -> None:
    Segment.objects.create(slug="gold", name="Gold ones", filter={"trait.plan": "gold"})
    page = read(admin, f"{PAGE}?by={by}")
    rates = page[page.index('id="rates-head"') : page.index('id="weighed-head"')]
    share = {"trait.plan": "75 % (60–86), n 40", "segment": "75 % (60–86), n 40"}.get(by, "42 % (33–52), n 100")
    assert share in rates


def test_segments_that_give_a_few_customers_away_by_subtraction_are_hidden(
    admin: Client, survey: Survey, campaign: Campaign
) -> None:
    Segment.objects.create(slug="gold", name="Gold ones", filter={"trait.plan": "gold"})
    Segment.objects.create(slug="some", name="Some", filter={"trait.plan": "gold", "language": "da"})
    rates = read(admin, f"{PAGE}?by=segment")
    assert "too few to be told apart" not in rates
    ask(survey, [10] * 4, campaign, language="nl", traits={"plan": "gold"})  # the gold ones less those of Danes
    page = read(admin, f"{PAGE}?by=segment")
    rates = page[page.index('id="rates-head"') : page.index('id="weighed-head"')]
    assert rates.count("too few to be told apart") == 1


def test_small_groups_are_hidden(admin: Client, survey: Survey, campaign: Campaign) -> None:
    ask(survey, [10] * 4, campaign, language="nl")
    page = read(admin)
    rates = page[page.index('id="rates-head"') : page.index('id="weighed-head"')]
    assert rates.count("too few to be told apart") == 2, "the small one, and the smallest other: no total gives it away"


def test_the_nps_is_weighed_to_the_customers(admin: Client, campaign: Campaign) -> None:
    page = read(admin)
    plain, weighed = 100 * (22 - 18) / 42, (40 * 100 * (20 - 10) / 30 + 60 * 100 * (2 - 8) / 12) / 100
    assert f"Weighted, the NPS is −{abs(round(weighed))} (" in page
    assert f"as it was answered, {round(plain)} (" in page


@pytest.mark.parametrize("by", ["language", "company", "trait.plan"])
def test_that_of_a_campaign_rests_on_its_answers_alone(by: str, campaign: Campaign) -> None:
    user, period = make_user("ada", "admin"), Period(ASKED.date(), NOW.date())
    alone = read_figures(Scope(Survey.objects.all(), period), user, by="language", weigh=by).weighed
    assert alone.plain.responses == 42
    assert alone.base == 100
    other = make_survey("other")
    for where in (other, campaign.survey):
        ask(where, [9, 9, 1], make_campaign(where, "Winter"), churned_at=NOW)
    make_answer(campaign.survey, 2, answered_at=ASKED)
    of_it = Scope(Survey.objects.all(), period, campaign)
    assert read_figures(of_it, user, by="language", weigh=by).weighed == alone
    with_others = read_figures(Scope(Survey.objects.all(), period), user, by="language", weigh=by).weighed
    assert with_others.plain.responses == 42 + 6 + 1


def test_where_too_much_of_the_base_has_no_answer_words_take_the_place_of_a_figure(
    admin: Client, survey: Survey, campaign: Campaign
) -> None:
    for number in range(40):
        Contact.objects.create(email=f"nl{number}@nordlys.dk", language="nl")
    page = read(admin)
    assert "groups without an answer hold 29 % of your customers" in page
    assert "Nederlands" in page or "Dutch" in page
    assert "Weighted, the NPS is" not in page


def test_the_page_costs_a_fixed_number_of_queries(
    admin: Client, campaign: Campaign, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    read(admin)
    for more in range(2):
        with django_assert_max_num_queries(15):
            read(admin, f"{PAGE}?by=segment")
        ask(survey, [1, None] * 5, make_campaign(survey, f"Other {more}"))
        Segment.objects.create(slug=f"s{more}", name=f"S {more}", filter={"language": "da"})


@pytest.mark.parametrize("name", ["steps", "answered", "weighted"])
def test_each_picture_is_to_be_had_as_a_file(admin: Client, campaign: Campaign, name: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert admin.get(f"{PAGE}pictures/{name}.svg")["Content-Type"].startswith("image/svg+xml")
        assert admin.get(f"{PAGE}pictures/{name}.png").content[:4] == b"\x89PNG"
        assert admin.get(f"{PAGE}pictures/{name}.gif").status_code == 404
        assert admin.get(f"{PAGE}pictures/nothing.svg").status_code == 404


def test_the_table_has_every_figure_unrounded(admin: Client, campaign: Campaign) -> None:
    with time_machine.travel(NOW, tick=False):
        text = admin.get(f"{PAGE}silence.csv").getvalue().decode("utf-8-sig")
    rows = {(row["figure"], row["group"]): row for row in csv.DictReader(io.StringIO(text))}
    assert rows["answered", ""]["n"] == "42"
    assert rows["delivered_campaign", f"{campaign.pk} Autumn"]["n"] == "97"
    assert float(rows["response_rate", ""]["value"]) == pytest.approx(0.42)
    assert float(rows["nps", "weighted_by_language"]["value"]) == pytest.approx(-50 / 3)


def test_people_see_the_figures_of_their_teams(campaign: Campaign) -> None:
    client = client_of(make_user("vic", "viewer", all_teams=False))
    assert "Nobody was asked in this period" in read(client)
    assert read(client, f"{PAGE}people/?figure=asked").count('<th scope="row"') == 0
    assert 'role="alert"' in read(client, f"{PAGE}?campaign={campaign.pk}", 400)


def test_programs_get_the_same(campaign: Campaign) -> None:
    program = Program("read")
    with time_machine.travel(NOW, tick=False):
        found = program.get("stats/silence/?from=2026-10-01&by=trait.plan")
        program.get("stats/silence/?by=x", 400)
        program.get("stats/silence/?weigh=channel", 400)
        program.get("stats/silence/?campaign=x", 400)
        program.get("stats/silence/?owner=1", 400)
    assert found["steps"]["asked"] == 100
    assert [part["channel"] for part in found["channels"]] == ["email"]
    assert found["campaigns"][0]["campaign"] == campaign.pk
    assert found["campaigns"][0]["delivered"] == 97
    assert [row["value"] for row in found["rates"]] == ["basic", "gold"]
    assert found["weighted"]["nps"]["value"] == pytest.approx(-50 / 3)
