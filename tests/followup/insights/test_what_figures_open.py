"""A figure that is a link opens what it counts: no more, no less."""

import re
from typing import Any

import pytest
from django.test import Client

from nps_project.accounts.models import Team
from surveys.models import Response, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    return client_of(make_user("vera", "viewer"))


def links(page: str) -> list[tuple[str, str]]:
    """What each link to the list of answers says, and where it leads."""
    found = re.findall(r'<a href="(/desk/answers/\?[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [(words.strip(), address.replace("&amp;", "&")) for address, words in found]


def opened(client: Client, address: str) -> set[int]:
    page = client.get(address)
    assert page.status_code == 200
    return {int(found) for found in re.findall(r'<a href="/desk/answers/(\d+)/"', page.content.decode())}


def with_others_that_do_not_count(survey: Survey, score: int) -> int:
    """One answer that counts, one that waits, and one that was discarded: the first."""
    made = make_answer(survey, score, contact=None)
    make_answer(survey, score, contact=None, state="provisional")
    Response.objects.filter(pk=make_answer(survey, score, contact=None).pk).update(state="discarded")
    return made.pk


def test_an_nps_opens_the_answers_that_count(reader: Client) -> None:
    survey = make_survey()
    made = {with_others_that_do_not_count(survey, score) for score in (2, 8, 10)}
    for page in ("/insights/", "/desk/"):
        (_words, whole), *parts = links(reader.get(page).content.decode())
        assert opened(reader, whole) == made, page
        assert {len(opened(reader, address)) for _words, address in parts} <= {0, 1}
        assert len([address for _words, address in parts if "group=" in address]) in (0, 3)


def test_a_group_of_customers_opens_its_answers_that_count(reader: Client) -> None:
    survey = make_survey()
    made = {with_others_that_do_not_count(survey, 9) for _number in range(12)}
    other = make_survey("other")
    for _number in range(12):
        make_answer(other, 9)
    found = dict(links(reader.get("/insights/compare/?by=survey").content.decode()))
    assert opened(reader, found["Autumn"]) == made


def test_a_group_that_is_hidden_opens_nothing_that_would_tell_how_few_it_has(reader: Client) -> None:
    survey = make_survey()
    for number in range(24):
        make_answer(survey, 9, language="nl" if number < 2 else "da" if number < 12 else "en")
    page = reader.get("/insights/compare/?by=language").content.decode()
    assert page.count("hidden: too few to be told apart") == 2
    assert [words for words, _address in links(page)] == ["English"]


def test_a_channel_opens_its_answers_on_the_page_and_as_a_table(reader: Client) -> None:
    survey = make_survey()
    made = {make_answer(survey, 9, channel="phone").pk for _number in range(12)}
    for _number in range(12):
        make_answer(survey, 2, channel="link")
    address = dict(links(reader.get("/insights/compare/?by=channel").content.decode()))["By phone"]
    assert opened(reader, address) == made
    assert "Channel: By phone" in reader.get(address).content.decode()
    answer: Any = reader.get(address.replace("/answers/", "/answers/answers.csv"))
    table = answer.getvalue().decode()
    assert (table.count(",en,phone,"), table.count(",en,link,")) == (12, 0)
    assert reader.get("/desk/answers/?channel=pigeon").status_code == 400


@pytest.mark.parametrize(
    ("by", "name", "chip"),
    [
        ("team", "North &amp; Sons", "Team: North &amp; Sons"), ("company", "Hav &amp; Co", "Company: Hav &amp; Co"),
        ("account_manager", "Bea", "Account manager: Bea"), ("trait.plan", "true", "Trait: plan=true"),
    ],
)  # fmt: skip
def test_a_group_by_what_is_known_of_customers_opens_its_answers(reader: Client, by: str, name: str, chip: str) -> None:
    survey = make_survey(team=Team.objects.create(name="North & Sons"))
    south = make_survey("other", team=Team.objects.create(name="South"))
    one, other = (make_contact(number, account_manager=name) for number, name in enumerate(("Bea", "Cleo")))
    made = {
        make_answer(survey, 9, contact=one, traits={"plan": value, "company": "Hav & Co"}).pk
        for value in (True, "true") for _number in range(6)
    }  # fmt: skip
    for _number in range(12):
        make_answer(south, 2, contact=other, traits={"plan": "gold", "company": "Hav"})
    discarded = make_answer(survey, 9, contact=one, traits={"plan": "true", "company": "Hav & Co"})
    Response.objects.filter(pk=discarded.pk).update(state="discarded")
    found = dict(links(reader.get(f"/insights/compare/?by={by}").content.decode()))
    assert len(found) == 2
    assert opened(reader, found[name]) == made
    assert chip in reader.get(found[name]).content.decode()
    answer: Any = reader.get(found[name].replace("/answers/", "/answers/answers.csv"))
    assert answer.getvalue().decode().count("\r\n") == 1 + len(made)
    asked = {"do": "discard", "query": found[name].partition("?")[2]}
    page = client_of(make_user("ada", "admin")).post("/desk/answers/decide/", asked)
    assert page.context["count"] == len(made), "a decision about the list is about no other answers"


def test_a_trait_that_is_not_one_is_named_and_other_teams_answers_stay_theirs(reader: Client) -> None:
    page = reader.get("/desk/answers/?trait=plan")
    assert (page.status_code, "Write a trait as name=value" in page.content.decode()) == (400, True)
    make_answer(make_survey(team=Team.objects.create(name="North")), 9, traits={"plan": "gold"})
    stranger = client_of(make_user("sam", "manager", all_teams=False))
    for query in ("team=North", "trait=plan=gold", "company=", "account_manager=Bea", "said=card"):
        assert opened(stranger, f"/desk/answers/?{query}") == set()
