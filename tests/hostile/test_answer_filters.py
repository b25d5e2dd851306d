"""Filters of the list of answers, in hands that mean harm."""

import csv
import io
import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from nps_project.accounts.models import Team
from surveys.models import BulkDecision, Response, Survey
from surveys.tasks import decide_about_many
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


BEHIND_FIGURES = ("team", "company", "account_manager", "trait", "follows", "said", "same_source")


def table(client: Client, asked: str) -> list[dict[str, str]]:
    answer = client.get(f"/desk/answers/answers.csv?{asked}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


@pytest.fixture
def theirs() -> Survey:
    """Beta's survey. A customer of both teams told Alpha something with everything that Beta could ask for."""
    alpha, beta = (make_survey(name, team=Team.objects.create(name=name)) for name in ("alpha", "beta"))
    shared = make_contact(1, account_manager="kam@example.com", traits={"company": "Acme"})
    first = make_answer(alpha, 2, "Late again", contact=shared, traits={"plan": "gold", "company": "Vega"})
    make_answer(alpha, 9, "Late no more", contact=shared, traits={"plan": "gold"}, follows_id=first.pk)
    make_answer(beta, 7, "Fine", contact=shared)
    return beta


@pytest.mark.parametrize(
    "asked",
    [
        {"team": "alpha"}, {"company": "Vega"}, {"company": "Acme"}, {"account_manager": "kam@example.com"},
        {"trait": "plan=gold"}, {"follows": "true"}, {"said": "late"}, {"q": "late"},
        {"company": "Acme", "said": "late"},
    ],
)  # fmt: skip
def test_no_filter_tells_of_another_teams_answers(theirs: Survey, asked: dict[str, str]) -> None:
    mia = make_user("mia", "manager", all_teams=False)
    mia.teams.set([Team.objects.get(name="beta")])
    client, query = client_of(mia), urlencode(asked)
    own = Response.objects.filter(survey=theirs)
    found = table(client, query)
    assert {row["survey"] for row in found} <= {"beta"}
    page = client.get(f"/desk/answers/?{query}")
    assert [row["answer"] in own for row in page.context["rows"]] == [True] * len(found)
    assert page.context["tabs"][0]["count"] == str(len(found))
    decide = client.post("/desk/answers/decide/", {"do": "discard", "query": query})
    assert decide.context["count"] == len(found)
    assert "Late" not in page.content.decode()
    assert len(table(client_of(make_user("ada", "admin")), query)) > len(found), "there is something to tell"


@pytest.mark.parametrize(
    "value", ["\0", "\ud800", "9" * 5000, "plan=" + "9" * 31, "plan=1e999", "%_\\'\"{}", "a\r\nX-Evil: 1"]
)
def test_each_filter_takes_what_nobody_should_type(theirs: Survey, value: str) -> None:
    client = client_of(make_user("vic", "viewer"))
    for name in BEHIND_FIGURES:
        for path in ("", "answers.csv"):
            answer = client.get(f"/desk/answers/{path}?{name}={quote(value.encode(errors='surrogatepass'))}")
            assert answer.status_code in (200, 400), name
            assert "X-Evil" not in answer


@pytest.mark.parametrize("named", ["x", "", "9" * 30, "0"])
def test_answers_that_are_named_wrongly_are_not_all_answers(named: str) -> None:
    answer, client = make_answer(make_survey(), 0), client_of(make_user("chief", "manager"))
    given = {"do": "discard", "answers": named, "query": "", "sure": "1", "reason": "A flood"}
    assert client.post("/desk/answers/decide/", given).status_code == 303
    decide_about_many([BulkDecision.objects.get().pk])
    assert Response.objects.get() == answer
    assert Response.objects.get().state == "confirmed"


@pytest.mark.parametrize("last", ["group=detractor", "score=0", "said=pills"])
def test_a_long_filter_decides_about_what_it_says_and_no_more(last: str) -> None:
    """It was cut after 2,000 signs, and its last conditions with it."""
    client, survey = client_of(make_user("chief", "manager")), make_survey()
    kept, false = make_answer(survey, 9, "Fine"), make_answer(survey, 0, "pills")
    Response.objects.update(traits={"town": "æ" * 280})
    query = f"trait=town%3D{'%C3%A6' * 280}&from=2000-01-01&unread={'x' * 300}&{last}"
    page = client.post("/desk/answers/decide/", {"do": "discard", "query": query}).content.decode()
    assert "It is 1 answer." in page
    form = dict(re.findall(r'<input type="hidden" name="(query|upto|do|submission)" value="([^"]*)"', page))
    form = {name: unescape(value) for name, value in form.items()} | {"sure": "1", "reason": "A flood"}
    assert client.post("/desk/answers/decide/", form).status_code == 303
    decide_about_many([BulkDecision.objects.get().pk])
    states = dict(Response.objects.values_list("pk", "state"))
    assert states == {kept.pk: "confirmed", false.pk: "discarded"}
