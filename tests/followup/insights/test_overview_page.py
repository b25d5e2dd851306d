"""The overview: its figures, its filters, its pictures as files, and marked days."""

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.insights.events.models import Event
from followup.models import RootCause, Ticket
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from surveys.models import Response, Survey
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    return make_user("bea", "manager", all_teams=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"/insights/{query}")
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def answers(survey: Survey, scores: list[int], days_ago: int) -> None:
    for score in scores:
        make_answer(survey, score, answered_at=timezone.now() - timedelta(days=days_ago), contact=None)


def test_the_figure_its_change_and_whether_that_is_more_than_noise(bea: User) -> None:
    survey = make_survey()
    answers(survey, [10] * 30 + [8] * 10 + [3] * 10, 40)
    answers(survey, [10] * 20 + [8] * 10 + [3] * 30, 5)
    words = text_of(signed_in(bea), "?from=" + (timezone.now() - timedelta(days=29)).date().isoformat())
    assert "−17 between −38 and 6, n 60" in words
    assert "−57 Worse, and more than noise: between" in words
    assert "40, between 16 and 59, n 50" in words


def test_a_small_change_is_called_noise(bea: User) -> None:
    survey = make_survey()
    answers(survey, [10, 8, 3], 40)
    answers(survey, [10, 10, 3], 5)
    words = text_of(signed_in(bea), "?from=" + (timezone.now() - timedelta(days=29)).date().isoformat())
    assert "Within the noise" in words


def test_an_empty_time_says_what_to_do(bea: User) -> None:
    make_survey()
    assert "No answers in this period. Choose a longer one" in text_of(signed_in(bea))


def test_the_page_reads_the_figures_at_once_however_many_there_are(bea: User) -> None:
    survey, client = make_survey(), signed_in(bea)
    answers(survey, [3, 9], 3)
    client.get("/insights/")
    with CaptureQueriesContext(connection) as few:
        client.get("/insights/")
    for number in range(12):
        answers(survey, list(range(11)), number * 7)
        ticket = make_ticket(survey, 2, contact=make_contact(number))
        Event.objects.create(day=timezone.localdate() - timedelta(days=number), words=f"event {number}")
    actions.resolve(
        ticket_id=ticket.pk,
        by=bea,
        outcome="no_action",
        note="Spam.",
        root_cause=RootCause.objects.create(slug="x", names={"en": "Late"}),
    )
    with CaptureQueriesContext(connection) as many:
        client.get("/insights/")
    assert len(many) == len(few) <= 10


def test_an_answer_after_a_ticket_is_told_apart(bea: User) -> None:
    survey = make_survey()
    first = make_ticket(survey, 2, contact=make_contact(1))
    second = make_answer(survey, 9, contact=first.response.contact)
    Response.objects.filter(pk=second.pk).update(follows=first.response)
    assert "Without the answer after a ticket: −100" in text_of(signed_in(bea))


def test_causes_lead_to_their_tickets(bea: User) -> None:
    survey = make_survey()
    late = RootCause.objects.create(slug="late", names={"en": "Late delivery"})
    dear = RootCause.objects.create(slug="dear", names={"en": "Too dear"})
    tickets = [make_ticket(survey, 2, contact=make_contact(number)) for number in range(26)]
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[:23]]).update(root_cause=late)
    gone = make_ticket(survey, 2, contact=make_contact(26))
    Ticket.objects.filter(pk=gone.pk).update(root_cause=late, discarded_at=timezone.now())
    client = signed_in(bea)
    assert client.get("/insights/").context["with_cause"] == 23, "not that of a discarded answer"
    (url,) = re.findall(r'href="(/desk/[^"]*cause=late[^"]*)"', client.get("/insights/").content.decode())
    listed = client.get(url.replace("&amp;", "&")).content.decode()
    assert len(set(re.findall(r"/desk/tickets/(\d+)/", listed))) == 23
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[23:]]).update(root_cause=dear)
    page = client.get("/insights/").content.decode()
    assert "Late delivery" not in page, "the total less those would be the three of the other cause"
    assert "Too dear" not in page


def test_the_share_contacted_in_time_leads_to_those_tickets(bea: User) -> None:
    survey = make_survey()
    tickets = [make_ticket(survey, 2, contact=make_contact(number)) for number in range(3)]
    Ticket.objects.filter(pk=tickets[0].pk).update(first_contact_at=timezone.now())
    client = signed_in(bea)
    page = client.get("/insights/").content.decode()
    (url,) = re.findall(r'href="(/insights/recovery/tickets/[^"]*figure=in-time)"', page)
    listed = client.get(url.replace("&amp;", "&")).content.decode()
    assert 'Contacted in time <span class="count">1</span>' in listed
    assert listed.count("/desk/tickets/") == 1


def test_a_figure_without_an_answer_is_no_link(bea: User) -> None:
    assert "/desk/answers/?from=" not in signed_in(bea).get("/insights/").content.decode()


def test_every_figure_and_every_group_comes_as_a_table(bea: User) -> None:
    answers(make_survey(), [10] * 8 + [7, 7, 2, 2], 3)
    client = signed_in(bea)

    def table(path: str) -> list[list[str]]:
        got: Any = client.get(f"/insights/{path}")
        assert got.status_code == 200
        return list(csv.reader(StringIO(got.getvalue().decode("utf-8-sig"))))

    figures = {(row[0], row[1]): row[2:] for row in table("overview.csv")}
    assert figures["nps", ""][0] == "50.0"
    assert figures["share", "detractor"] == [str(2 / 12), "", "", "2", "12"]
    assert figures["share_of_score", "10"][3:] == ["8", "12"]
    assert table("compare/groups.csv?by=survey")[1][:4] == ["autumn", "Autumn", "12", "50.0"]
    assert client.get("/insights/overview.csv?from=x").status_code == 400
    assert client.get("/insights/compare/groups.csv?by=x").status_code == 400


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("name", ["trend", "scores"])
def test_a_picture_is_a_file(bea: User, name: str, kind: str) -> None:
    survey, client = make_survey(), signed_in(bea)
    assert client.get(f"/insights/pictures/{name}.{kind}").status_code == 404
    answers(survey, [2, 9], 3)
    answer = client.get(f"/insights/pictures/{name}.{kind}?by=month")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"\x89PNG" if kind == "png" else b"<svg")


@pytest.mark.parametrize("path", ["pictures/other.png", "pictures/trend.pdf", "pictures/trend.png?from=yesterday"])
def test_there_is_no_other_picture(bea: User, path: str) -> None:
    answers(make_survey(), [2], 3)
    assert signed_in(bea).get(f"/insights/{path}").status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?survey=other", "Survey cannot be “other”."),
        ("?from=2020-01-01", "Allowed: at most three years at once."),
        ("?from=2999-01-01", "Allowed: today, or an earlier day."),
        ("?by=hour", "Trend by cannot be “hour”."),
        ("?with=never", "Compared with cannot be “never”."),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(bea: User, query: str, words: str) -> None:
    assert words in text_of(signed_in(bea), query, 400)


def test_a_person_of_one_team_sees_the_figures_of_its_surveys() -> None:
    care = Team.objects.create(name="Care")
    mine, other = make_survey("mine", care), make_survey("other")
    answers(mine, [10], 3)
    answers(other, [1, 1], 3)
    anna = make_user("anna", "viewer", all_teams=False)
    care.members.add(anna)
    words = text_of(signed_in(anna))
    assert ", n 1" in words
    assert "Mark a day" not in words
    text_of(signed_in(anna), "?survey=other", 400)


def test_tickets_of_ones_team_count_whichever_teams_survey_they_come_from() -> None:
    care, other = Team.objects.create(name="Care"), Team.objects.create(name="Other")
    carl = make_user("carl", "manager", all_teams=False)
    care.members.add(carl)
    mine, theirs = make_survey("mine", care), make_survey("theirs", other)
    make_ticket(mine, 2, contact=make_contact(1))
    given = [make_ticket(theirs, 2, contact=make_contact(number)).pk for number in (2, 3)]
    Ticket.objects.filter(pk__in=given).update(team=care, first_contact_at=timezone.now())
    client = signed_in(carl)
    assert (client.get("/insights/").context["open"], client.get("/insights/").context["promises"]) == ("3", 2)
    assert client.get("/insights/?survey=mine").context["open"] == "1"


def test_a_day_is_marked_for_all_or_for_a_survey_and_taken_off_again(bea: User) -> None:
    survey, client = make_survey(), signed_in(bea)
    answers(survey, [2, 9], 3)
    day = timezone.localdate().isoformat()
    answer = client.post("/insights/days/", {"day": day, "words": "New <b>warehouse</b>", "query": "?by=day"})
    assert (answer.status_code, answer["Location"]) == (303, "/insights/?by=day")
    assert "New &lt;b&gt;warehouse" in client.get("/insights/").content.decode()
    event = Event.objects.get()
    assert event.by == bea
    client.post(f"/insights/days/{event.pk}/unmark/", {"query": "https://elsewhere.example/"})
    assert not Event.objects.exists()


def test_a_manager_of_one_team_marks_days_of_its_surveys_alone(bea: User) -> None:
    care = Team.objects.create(name="Care")
    make_survey("mine", care)
    other = make_survey("other")
    carl = make_user("carl", "manager", all_teams=False)
    care.members.add(carl)
    client, day = signed_in(carl), timezone.localdate().isoformat()
    client.post("/insights/days/", {"day": day, "words": "Strike", "survey": other.pk})
    client.post("/insights/days/", {"day": day, "words": "Strike"})
    assert not Event.objects.exists()
    everybodys = Event.objects.create(day=day, words="Strike")
    assert client.post(f"/insights/days/{everybodys.pk}/unmark/").status_code == 404
    assert signed_in(make_user("vic", "viewer")).post("/insights/days/", {}).status_code == 403


def test_whoever_hears_the_page_is_told_which_picture_and_which_table_it_is(bea: User) -> None:
    answers(make_survey(), [10, 9, 3], 5)
    page = signed_in(bea).get("/insights/").content.decode()
    for name in ("NPS over time", "Answers by score"):
        assert f'<caption class="sr-only">{name}</caption>' in page
        assert f'Picture as PNG<span class="sr-only">: {name}</span>' in page


@pytest.mark.parametrize("path", ["/insights/compare/", "/insights/silence/"])
def test_a_trait_that_is_called_as_a_field_is_told_from_it(bea: User, path: str) -> None:
    make_answer(make_survey(), 9, contact=make_contact(1, traits={"account_manager": "Jonas", "plan": "gold"}))
    page = signed_in(bea).get(path).content.decode()
    by = page.split('name="by"')[1].split("</select>")[0]
    assert by.count(">Account manager<") == 1
    assert ">Account manager (trait)<" in by
    assert ">Plan<" in by
