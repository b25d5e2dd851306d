"""The wallboard: what it shows, to whom, by which link, and what it never shows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.insights.wall import views
from followup.insights.wall.models import WallLink
from followup.models import Ticket
from nps_project.accounts.models import Team, User
from surveys.models import Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    views.forget_all()


@pytest.fixture
def bea() -> User:
    return make_user("bea", "manager", all_teams=True)


def answers(survey: Survey, scores: list[int], days_ago: int) -> None:
    for score in scores:
        make_answer(survey, score, answered_at=timezone.now() - timedelta(days=days_ago))


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    body = answer.content.decode().partition("<body")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def link(client: Client, **fields: Any) -> WallLink:
    answer = client.post("/insights/wall/links/", {"name": "Hall", "language": "en"} | fields)
    assert answer.status_code == 302, answer.content.decode()
    return WallLink.objects.latest("pk")


def test_it_shows_the_last_thirty_days_and_what_is_open_now(bea: User) -> None:
    survey = make_survey()
    answers(survey, [10] * 30 + [8] * 10 + [3] * 10, 40)
    answers(survey, [10] * 20 + [8] * 10 + [3] * 30, 5)
    for score in (9, 2):
        make_answer(survey, score)
    ticket = make_ticket(survey, 1)
    Ticket.objects.filter(pk=ticket.pk).update(first_contact_due_at=timezone.now() - timedelta(hours=1))
    words = text_of(client_of(bea).get("/insights/wall/"))
    assert "−17 between" in words
    assert "n 63" in words
    assert "Worse, and more than noise" in words
    assert "Answers today 3" in words
    assert "To be called 1" in words
    assert "Overdue 1" in words
    assert "Contacted in time 0 % 0 of 1" in words


def test_few_answers_give_no_nps(bea: User) -> None:
    survey = make_survey()
    answers(survey, [10, 2] * 4, 2)
    assert "– shown from 10 answers on" in text_of(client_of(bea).get("/insights/wall/"))
    answers(survey, [10, 2], 2)
    assert "NPS 0 between" in text_of(client_of(bea).get("/insights/wall/"))


def test_an_empty_company_has_a_wallboard_too(bea: User) -> None:
    words = text_of(client_of(bea).get("/insights/wall/"))
    assert "Answers today 0" in words
    assert "The line begins when more customers have answered." in words


def test_a_link_opens_without_signing_in_in_its_language_and_names_no_customer(bea: User) -> None:
    survey = make_survey()
    contact = make_contact(1, name="Karin Sand")
    make_ticket(survey, 1, "Nobody called me", contact=contact)
    address = link(client_of(bea), language="da").get_absolute_url()
    answer = Client().get(address)
    words = text_of(answer)
    assert "Svar i dag 1" in words
    page = answer.content.decode()
    assert not any(said in page for said in ("Karin", "Nobody called", "bea", "/desk/"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_a_link_shows_its_team_or_survey_alone(bea: User) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    autumn, winter = make_survey(team=north), make_survey("winter", team=south)
    make_answer(autumn, 9)
    answers(winter, [9, 9], 0)
    client = client_of(bea)
    by_team, by_survey = link(client, team=north.pk), link(client, survey=winter.pk)
    assert "Answers today 1" in text_of(Client().get(by_team.get_absolute_url()))
    assert "Winter" in (words := text_of(Client().get(by_survey.get_absolute_url())))
    assert "Answers today 2" in words
    assert "Answers today 3" in text_of(Client().get(link(client).get_absolute_url()))


def test_what_was_taken_back_shows_nothing_though_it_was_in_memory(bea: User) -> None:
    make_answer(make_survey(), 9)
    client = client_of(bea)
    made = link(client)
    assert "Answers today 1" in text_of(Client().get(made.get_absolute_url()))
    client.post(f"/insights/wall/links/{made.pk}/revoke/")
    assert "Answers today" not in text_of(Client().get(made.get_absolute_url()), 410)
    assert made.get_absolute_url() not in client.get("/insights/wall/links/").content.decode()


def test_a_forged_token_asks_the_database_nothing(bea: User) -> None:
    address = link(client_of(bea)).get_absolute_url()
    last = "A" if address[-2] != "A" else "E"
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(f"{address[:-2]}{last}/").status_code == 404
        assert Client().get("/insights/wall/nothing/").status_code == 404
    assert not asked.captured_queries


def test_the_figures_of_a_link_are_read_once_for_many_televisions(bea: User) -> None:
    address = link(client_of(bea)).get_absolute_url()
    Client().get(address)
    with CaptureQueriesContext(connection) as asked:
        for _number in range(3):
            Client().get(address)
    assert len(asked) == 3  # whether it was taken back


def test_a_manager_makes_links_of_what_they_see_alone(bea: User) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    theirs, others = make_survey(team=north), make_survey("winter", team=south)
    kim = make_user("kim", "manager", all_teams=False)
    north.members.add(kim)
    client = client_of(kim)
    for fields in ({}, {"survey": others.pk}, {"team": south.pk}, {"survey": theirs.pk, "team": north.pk}):
        answer = client.post("/insights/wall/links/", {"name": "Hall", "language": "en", **fields})
        assert answer.status_code == 422, fields
    assert not WallLink.objects.exists()
    whole = link(client_of(bea))
    assert whole.get_absolute_url() not in client.get("/insights/wall/links/").content.decode()
    assert client.post(f"/insights/wall/links/{whole.pk}/revoke/").status_code == 404
    assert link(client, team=north.pk).made_by == kim


def test_a_survey_of_another_team_is_not_there(bea: User) -> None:
    make_survey(team=Team.objects.create(name="South"))
    viewer = make_user("vik", "viewer", all_teams=False)
    assert client_of(viewer).get("/insights/wall/?survey=autumn").status_code == 404
    assert client_of(bea).get("/insights/wall/?survey=autumn").status_code == 200
    assert client_of(bea).get("/insights/wall/?survey=%00").status_code == 404
