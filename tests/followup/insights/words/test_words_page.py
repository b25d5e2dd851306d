"""The words that stand out, their sentences, the table and the API."""

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from followup.insights.words import reading
from nps_project.accounts.models import Team, User
from surveys.models import Contact, Survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/insights/words/"


def say(survey: Survey, score: int, comment: str, count: int, **fields: Any) -> None:
    """So many customers, each with these words."""
    for _number in range(count):
        make_answer(survey, score, comment, contact=make_contact(Contact.objects.count()), **fields)


@pytest.fixture
def survey() -> Survey:
    survey = make_survey()
    say(survey, 2, "The sofa came too late", 30)
    say(survey, 2, "Nothing to add about it, quite rare indeed", 9)
    say(survey, 10, "Lovely sofa and friendly people", 30)
    say(survey, 8, "The sofa is fine", 12)
    make_ticket(survey, 1, "It came too late, <b>again</b>", contact=make_contact(9_999))
    say(survey, 10, "Geweldige bank", 12, language="nl")
    reading.read_new(timezone.now())
    return survey


def rows_of(client: Client, query: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(f"{ADDRESS}words.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_words_stand_out_by_group_and_lead_to_their_sentences(survey: Survey) -> None:
    client = client_of(make_user("ada", "viewer"))

    page = client.get(ADDRESS)
    words = {(row["group"], row["word"]): row for row in rows_of(client)}

    assert ("detractor", "too late") in words
    assert words["detractor", "too late"]["customers"] == "31"
    assert {("promoter", "lovely"), ("promoter", "friendly people")} & set(words)
    assert not {word for group, word in words if word in ("rare", "add")}, "of nine customers"
    assert page.status_code == 200
    shown = client.get(f"{ADDRESS}sentences/?language=en&group=detractor&word=too late").content.decode()
    assert "came <mark>too late</mark>" in shown
    assert "&lt;b&gt;again" in shown
    assert shown.index('class="crumbs"') < shown.index('class="page-head"')
    assert "/desk/answers/" in shown


def test_without_a_choice_it_is_the_reader_s_own_language_where_enough_is_written_in_it(survey: Survey) -> None:
    def shown(language: str) -> str:
        reader, _new = User.objects.get_or_create(email=f"{language}@example.com", role="viewer", language=language)
        page = client_of(reader).get(ADDRESS).content.decode()
        return str(re.findall(r'aria-current="true">(\w+) <small>', page)[0])

    assert shown("nl") == "Engels", "of twelve comments nothing can be said"
    say(survey, 3, "De bank kwam veel te laat", 90, language="nl")
    say(survey, 10, "Alles was goed", 150, language="en")
    reading.read_new(timezone.now())
    assert shown("da") == "Engelsk"
    assert shown("nl") == "Nederlands"


def test_a_language_of_its_own_and_a_filter_leave_the_others_out(survey: Survey) -> None:
    client = client_of(make_user("ada", "viewer"))

    assert {row["language"] for row in rows_of(client)} == {"en"}
    assert rows_of(client, "?language=nl") == []  # one group alone: against whom should it stand out
    past = (timezone.localdate() - timedelta(days=9)).isoformat()
    assert rows_of(client, f"?to={past}") == []
    for query in ("?language=x", "?survey=none", "?from=x"):
        assert client.get(ADDRESS + query).status_code == 400
        assert client.get(f"{ADDRESS}words.csv{query}").status_code == 400
    assert client.get(f"{ADDRESS}sentences/").status_code == 400


def test_words_of_customers_with_a_trait(survey: Survey) -> None:
    client = client_of(make_user("ada", "viewer"))
    say(survey, 3, "The driver was rude", 11, traits={"plan": "gold"})
    reading.read_new(timezone.now())
    assert "Plan: gold" in client.get(f"{ADDRESS}?trait=plan%3Dgold").content.decode()
    assert {row["of"] for row in rows_of(client, "?trait=plan%3Dgold")} <= {"11"}
    assert rows_of(client, "?trait=plan%3Dsilver") == []
    refused = client.get(f"{ADDRESS}?trait=plan")
    assert refused.status_code == 400
    assert "name=value" in refused.content.decode()


def test_people_read_the_words_of_their_own_teams(survey: Survey) -> None:
    team = Team.objects.create(name="North")
    person = make_user("bea", "viewer", all_teams=False)
    team.members.add(person)
    survey.team = Team.objects.create(name="South")
    survey.save()
    client = client_of(person)

    assert rows_of(client) == []
    shown = client.get(f"{ADDRESS}sentences/?language=en&group=detractor&word=too late").content.decode()
    assert "<mark>" not in shown


def test_the_api_says_the_same(survey: Survey) -> None:
    program = Program("read")

    found = program.get("stats/words/")

    late = next(row for row in found["results"] if row["word"] == "too late")
    assert (late["group"], late["kind"], late["customers"], late["of"]) == ("detractor", "phrase", 31, 40)
    assert late["z"] > 3
    assert found["customers"] == 82
    assert program.get("stats/words/?trait.plan=gold")["results"] == []
    program.get("stats/words/?language=x", status=400)
    program.get("stats/words/?colour=x", status=400)


def test_the_page_says_what_is_missing(db: None) -> None:
    client = client_of(make_user("ada", "viewer"))
    assert "No comments in this period" in client.get(ADDRESS).content.decode()
    make_answer(make_survey(), 3, "The sofa came late")
    page = client.get(ADDRESS).content.decode()
    assert "1 comment is still to be read" in page
    assert "No comments in this period" not in page
    assert "data-unread hidden" in page  # the bell counts notices
    reading.read_new(timezone.now())
    assert "No word stands out" in client.get(ADDRESS).content.decode()
