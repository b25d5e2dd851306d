"""The answers as a table: what counts and what is doubtful, by the filters of the page, for who may see them."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.models import Answer, Contact, EvidenceWhy, Question, ResponseState
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(make_user("marit"))


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(f"/desk/answers/answers.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_each_answer_says_whether_it_counts_and_why_one_is_doubtful(client: Client) -> None:
    survey = make_survey()
    contact = make_contact(1, traits={"company": "Acme"})
    make_answer(survey, 2, "Late again", contact=contact)
    make_answer(survey, 0, state=ResponseState.PROVISIONAL, evidence={"why": EvidenceWhy.SCANNER})
    make_answer(survey, 1, state=ResponseState.PROVISIONAL)  # a fresh tap
    question = Question.objects.create(survey=survey, kind="text", texts={"en": "What first?"})
    Answer.objects.create(response_id=survey.responses.order_by("pk")[0].pk, question=question, value="The door")
    rows = table(client)
    assert [(row["score"], row["counts"], row["doubtful"], row["doubted_because"]) for row in rows] == [
        ("2", "true", "false", ""), ("0", "false", "true", "scanner"), ("1", "false", "false", ""),
    ]  # fmt: skip
    first = rows[0]
    assert (first["survey"], first["group"], first["comment"], first["state"], first["channel"]) == (
        "autumn", "detractor", "Late again", "confirmed", "personal",
    )  # fmt: skip
    assert (first["name"], first["email"], first["company"]) == ("Customer 1", "customer1@example.com", "Acme")
    assert [row["autumn: What first?"] for row in rows] == ["The door", "", ""]


def test_the_filters_of_the_page_choose_the_rows_and_a_bad_one_is_refused(client: Client) -> None:
    survey, other = make_survey(), make_survey("winter")
    make_answer(survey, 2, "The invoice was wrong")
    make_answer(survey, 9)
    make_answer(other, 9, state=ResponseState.PROVISIONAL, evidence={"why": EvidenceWhy.FLOOD})
    assert [row["score"] for row in table(client, "?group=promoter")] == ["9", "9"]
    assert [row["survey"] for row in table(client, "?doubtful=true")] == ["winter"]
    assert [row["comment"] for row in table(client, "?q=invoice")] == ["The invoice was wrong"]
    assert client.get("/desk/answers/answers.csv?score=77").status_code == 400
    page = client.get("/desk/answers/?group=promoter").content.decode()
    assert 'href="/desk/answers/answers.csv?group=promoter"' in page
    assert 'href="/desk/answers/answers.xlsx?group=promoter"' in page


def test_no_cell_is_a_formula_and_the_log_says_who_took_it(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    make_answer(make_survey(), 3, "=1+1", contact=make_contact(1, name="@cmd"))
    (row,) = table(client)
    assert (row["comment"], row["name"]) == ("'=1+1", "'@cmd")
    assert any("answers exported by user" in message for message in caplog.messages)


def test_nobody_takes_answers_that_they_do_not_see() -> None:
    make_answer(make_survey(), 3, "Secret")
    assert table(client_of(make_user("sam", all_teams=False))) == []
    assert Client().get("/desk/answers/answers.csv").status_code == 302


def test_pages_come_one_after_the_other_in_the_same_number_of_queries(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.desk.answers.export.CHUNK", 4)
    survey = make_survey()
    Contact.objects.bulk_create(Contact(name=f"C {number}") for number in range(7))
    for contact in Contact.objects.all():
        make_answer(survey, 5, contact=contact)
    with CaptureQueriesContext(connection) as captured:
        rows = table(client)
    assert len({row["id"] for row in rows}) == 7
    with CaptureQueriesContext(connection) as fewer:
        table(client, "?score=9")
    assert len(captured) - len(fewer) == 4  # two pages more, each with its extra answers
