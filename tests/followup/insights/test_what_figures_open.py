"""A figure that is a link opens what it counts: no more, no less."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from followup.insights.figures.periods import midnight
from followup.models import Ticket
from nps_project.accounts.models import Team
from nps_project.common.dates import company_day
from surveys.models import Response, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

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
        told_apart = [address for _words, address in parts if "group=" in address or "score=" in address]
        assert {len(opened(reader, address)) for address in told_apart} <= {0, 1}
        steps = [address for _words, address in parts if address not in told_apart]  # of the trend: one has them all
        assert all(opened(reader, address) == made for address in steps)
        assert len(steps) == (1 if page == "/insights/" else 0)
        assert len([address for _words, address in parts if "group=" in address]) in (0, 3)


def test_the_answers_after_tickets_are_opened(reader: Client) -> None:
    survey = make_survey()
    first = make_ticket(survey, 2, contact=make_contact(1))
    second = make_answer(survey, 9, contact=first.response.contact)
    Response.objects.filter(pk=second.pk).update(follows=first.response)
    with_others_that_do_not_count(survey, 9)
    found = dict(links(reader.get("/insights/").content.decode()))
    [address] = [one for words, one in found.items() if words.startswith("Without the answer after a ticket")]
    assert opened(reader, address) == {second.pk}
    assert "After a ticket: Yes" in reader.get(address).content.decode()
    assert reader.get("/desk/answers/?follows=false").status_code == 400


def test_the_days_before_and_each_step_of_the_trend_open_their_answers(reader: Client) -> None:
    survey, today = make_survey(), company_day(timezone.now())
    for days in (0, 1, 30, 89, 90, 100, 179, 180):
        first_second = midnight(today - timedelta(days=days))
        make_answer(survey, 9, contact=None, answered_at=first_second, recorded_at=first_second)
    page = reader.get("/insights/?by=month").content.decode()
    found = [(words, address) for words, address in links(page) if "group=" not in address and "score=" not in address]
    (before,) = (address for words, address in found if words.startswith("Before, "))
    assert len(opened(reader, before)) == 3
    steps = [
        (int(words), address) for words, address in links(page[page.index('id="trend-head"') :]) if words.isdigit()
    ]
    steps = [(n, address) for n, address in steps if "score=" not in address]
    assert sum(n for n, _address in steps) == 4
    for n, address in steps:
        assert len(opened(reader, address)) == n


@pytest.mark.parametrize("page", ["/insights/", "/insights/recovery/"])
def test_promises_open_those_that_were_kept_and_all_that_have_ended(reader: Client, page: str) -> None:
    survey, now = make_survey(), timezone.now()
    assert "figure=promised" not in reader.get(page).content.decode()
    kept, late, broken, _running = (make_ticket(survey, 2, contact=make_contact(number)) for number in range(4))
    for ticket, due, first in ((kept, 1, 2), (late, 3, 2), (broken, 1, None)):
        Ticket.objects.filter(pk=ticket.pk).update(
            first_contact_due_at=now - timedelta(hours=due), first_contact_at=first and now - timedelta(hours=first)
        )
    found = re.findall(
        r'href="(/insights/recovery/tickets/[^"]*figure=([a-z-]+)[^"]*)"', reader.get(page).content.decode()
    )
    counts = {
        figure: len(set(re.findall(r"/desk/tickets/(\d+)/", reader.get(url.replace("&amp;", "&")).content.decode())))
        for url, figure in found
    }  # fmt: skip
    assert (counts["in-time"], counts["promised"]) == (1, 3)


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
