"""A key may send so many requests a minute; each answer says how many are left. On the real store."""

import time
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from nps_project.web import rate_limit
from surveys.models import Response
from tests import services
from tests.api_client import Program
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, new_limits: None) -> SimpleNamespace:
    """The minute of the counts stands still, 40 seconds before its end, and is moved by hand."""
    made = SimpleNamespace(now=1_800_000_020.5)
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(time=lambda: made.now, monotonic=time.monotonic))
    settings.API_REQUESTS_PER_MINUTE = 3
    return made


def told(answer: Any) -> list[int]:
    """The limit, what is left of it, and the seconds until it begins anew."""
    return [int(answer[name]) for name in HEADERS]


def test_each_answer_says_what_is_left_until_none_is(clock: SimpleNamespace) -> None:
    make_survey()
    program, other = Program("write"), Program("write")
    answers = [program.call("GET", "surveys/") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [told(answer) for answer in answers] == [[3, 2, 40], [3, 1, 40], [3, 0, 40]]
    refused = program.call("POST", "responses/", {"survey": "autumn", "score": 9})
    assert told(refused) == [3, 0, 40]
    assert refused["Retry-After"] == "40"
    assert program.post("responses/", {"survey": "autumn", "score": 9}, 429)["code"] == "throttled"
    assert not Response.objects.exists()
    assert other.call("GET", "surveys/").status_code == 200, "each key has its own"
    clock.now += 40
    after = program.call("POST", "responses/", {"survey": "autumn", "score": 9})
    assert (after.status_code, told(after), "Retry-After" in after) == (201, [3, 2, 60], False)


def test_a_fault_of_ours_says_what_is_left_too() -> None:
    with mock.patch("surveys.api.views.SurveyViewSet.get_queryset", side_effect=RuntimeError):
        answer = Program("read").call("GET", "surveys/")
    assert (answer.status_code, told(answer)) == (500, [3, 2, 40])


def test_what_is_refused_is_counted_too(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10
    make_survey()
    program = Program("read")
    answers = [
        program.call("POST", "surveys/", {"slug": "x"}),
        program.call("GET", "surveys/nothing/"),
        program.call("GET", "surveys/?colour=red"),
        program.call("DELETE", "surveys/autumn/"),
        program.call("GET", "surveys/", Accept="image/png"),
    ]
    assert [answer.status_code for answer in answers] == [403, 404, 400, 403, 406]
    assert [told(answer)[1] for answer in answers] == [9, 8, 7, 6, 5]


def test_a_post_that_is_sent_again_is_counted_and_describe_now(settings: Any) -> None:
    make_survey()
    program = Program("write")
    sent = [
        program.call("POST", "responses/", {"survey": "autumn", "score": 9}, Idempotency_Key="one") for _try in range(4)
    ]
    assert [(answer.status_code, told(answer)[1]) for answer in sent] == [(201, 2), (201, 1), (201, 0), (429, 0)]
    assert Response.objects.count() == 1
    assert sent[1]["Idempotency-Replayed"] == "true"


def test_nobody_without_a_key_is_told_anything_and_zero_is_no_limit(settings: Any) -> None:
    for answer in (Client().get("/api/v1/surveys/"), Client().get("/api/schema/"), Client().get("/api/v1/nothing/")):
        assert not [name for name in HEADERS if name in answer]
    settings.API_REQUESTS_PER_MINUTE = 0
    program = Program("read")
    answers = [program.call("GET", "surveys/") for _number in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert not [name for name in HEADERS if name in answers[0]]


def test_without_a_store_no_program_waits(settings: Any) -> None:
    program = Program("read")
    program.call("GET", "surveys/")
    settings.REDIS_TIMEOUT_S = 0.05
    rate_limit.store.reconnect()
    store = services.valkey()
    store.pause()
    try:
        began = time.monotonic()
        answers = [program.call("GET", "surveys/") for _number in range(6)]
        took = time.monotonic() - began
    finally:
        store.resume()
    assert {answer.status_code for answer in answers} == {200}
    assert {told(answer)[1] for answer in answers} == {3}
    assert took < 6 * 0.15 + 0.25, "one of them asked, for 50 ms"
    settings.REDIS_TIMEOUT_S = 5
    rate_limit.store.reconnect()
    assert Program("read").call("GET", "surveys/")["RateLimit-Remaining"] == "2"


def test_the_schema_says_so() -> None:
    schema = Client().get("/api/schema/", headers={"accept": "application/json"}).json()
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                named = set(answer.get("headers", {}))
                expected = set() if status == "401" else {*HEADERS, *(["Retry-After"] if status == "429" else [])}
                assert named == expected, (operation["operationId"], status)
    assert set(schema["components"]["headers"]) == {*HEADERS, "Retry-After"}
