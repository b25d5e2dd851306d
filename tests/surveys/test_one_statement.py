"""An answer is stored by one statement, which itself looks at the survey: what was in memory decides nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from surveys.models import Answer, Question, Response, Survey, Tally
from surveys.services import insert
from surveys.services.surveys import save_question, update_survey
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
SUBMISSION = re.compile(r'name="submission" value="([\w-]{43})"')


@pytest.fixture
def survey() -> Survey:
    return make_survey("hello")


def page(client: Client) -> str:
    return client.get("/s/hello/").content.decode()


def by_another_process(survey: Survey, **changes: object) -> None:
    """A change that this process hears nothing of."""
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1, **changes)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "paused"}, 503),
        ({"status": "closed"}, 410),
        ({"status": "draft"}, 404),
        ({"closes_at": timezone.now() - timedelta(days=1)}, 410),
        ({"brand": "Other"}, 303),
    ],
)
def test_an_answer_sees_a_change_at_once(
    survey: Survey, client: Client, changes: dict[str, object], status: int
) -> None:
    page(client)  # the survey is in memory from here on
    by_another_process(survey, **changes)
    assert client.post("/s/hello/", {"score": "3"}).status_code == status
    assert Response.objects.count() == (status == 303)


def test_the_closing_time_is_looked_at_when_the_answer_is_stored(survey: Survey, client: Client) -> None:
    page(client)
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now())  # with the revision that is in memory
    assert client.post("/s/hello/", {"score": "3"}).status_code == 410
    assert not Response.objects.exists()


def test_a_survey_that_goes_on_takes_answers_at_once(survey: Survey, client: Client) -> None:
    update_survey(survey, {"status": "paused"})
    assert client.get("/s/hello/").status_code == 503
    by_another_process(survey, status="live")
    assert client.post("/s/hello/", {"score": "3"}).status_code == 303


def test_a_fault_is_found_by_the_questions_of_now(survey: Survey, client: Client) -> None:
    question = save_question(Question(survey=survey, kind="choice", texts={"en": "Which?"}, options={"en": ["a"]}))
    page(client)
    Question.objects.filter(pk=question.pk).update(options={"en": ["a", "b"]})
    by_another_process(survey)
    assert client.post("/s/hello/", {"score": "3", f"answer-{question.pk}": "b"}).status_code == 303
    assert Answer.objects.get().value == "b"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_submission", [True, False])
def test_a_connection_lost_after_the_commit_makes_no_second_answer(
    survey: Survey, client: Client, monkeypatch: pytest.MonkeyPatch, has_submission: bool
) -> None:
    stored = []
    store = insert.insert_response

    def store_and_lose(*args: object, **more: object) -> int | None:
        stored.append(store(*args, **more))  # type: ignore[arg-type]
        if len(stored) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return stored[-1]

    form = {"score": "3", "comment": "once"}
    if has_submission:
        form["submission"] = SUBMISSION.search(page(client))[1]  # type: ignore[index]
    monkeypatch.setattr(insert, "insert_response", store_and_lose)
    answered = client.post("/s/hello/", form)
    assert answered.status_code == 303
    assert len(stored) > 1
    assert [response.comment for response in Response.objects.all()] == ["once"]
    assert sum(Tally.objects.values_list("count", flat=True)) == 1
    assert client.get(answered["Location"]).status_code == 200


def test_limits_count_an_answer_once_though_it_is_decided_twice(survey: Survey, client: Client, settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 3
    form = {"score": "3", "submission": SUBMISSION.search(page(client))[1]}  # type: ignore[index]
    # The second and the third find the first stored, and are decided again as its changes.
    assert [client.post("/s/hello/", form, REMOTE_ADDR="192.0.2.9").status_code for _time in range(4)] == [303] * 3 + [
        429
    ]
