"""A POST with an Idempotency-Key is done once, however often and however soon it is sent again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from nps_project.api.models import IdempotentRequest
from nps_project.api.tasks import forget_idempotent_requests
from surveys.models import Response, Tally
from surveys.services import responses
from tests.api_client import Program, check_problem
from tests.factories import make_contact, make_survey, make_ticket

ANSWER = {"survey": "autumn", "score": 9, "comment": "Fine."}


@pytest.mark.django_db
def test_the_same_request_again_gets_the_same_answer() -> None:
    make_survey()
    program = Program("write")
    first = program.call("POST", "responses/", ANSWER, Idempotency_Key="one")
    again = program.call("POST", "responses/", dict(reversed(ANSWER.items())), Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Response.objects.count() == Tally.objects.get().count == 1
    program.post("responses/", ANSWER, Idempotency_Key="two")
    Program("write").post("responses/", ANSWER, Idempotency_Key="one")  # another caller's key is another key
    assert Response.objects.count() == 3


@pytest.mark.django_db
def test_the_same_key_with_another_body_or_path_is_refused() -> None:
    make_survey()
    program = Program("write")
    program.post("responses/", ANSWER, Idempotency_Key="one")
    for path, body in (("responses/", ANSWER | {"score": 8}), ("contacts/", ANSWER), ("responses/", {})):
        refused = program.post(path, body, 422, Idempotency_Key="one")
        assert refused["code"] == "idempotency_key_reused"
        assert refused["errors"][0] == {
            "field": "Idempotency-Key", "value": "one", "allowed": "a new key for another request"
        }  # fmt: skip
    assert Response.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_request_is_not_remembered() -> None:
    make_survey()
    program = Program("write")
    program.post("responses/", ANSWER | {"score": 11}, 422, Idempotency_Key="one")
    program.post("responses/?expand=colour", ANSWER, 400, Idempotency_Key="one")
    assert IdempotentRequest.objects.count() == 0
    program.post("responses/", ANSWER, Idempotency_Key="one")
    Program("read").post("responses/", ANSWER, 403, Idempotency_Key="one")
    Program("").post("responses/", ANSWER, 401, Idempotency_Key="one")
    assert IdempotentRequest.objects.count() == 1


@pytest.mark.django_db
def test_an_action_on_a_ticket_is_done_once() -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    program = Program("write")
    path = f"tickets/{ticket.pk}/attempts/"
    first = program.post(path, {"result": "voicemail"}, Idempotency_Key="call-1")
    assert program.post(path, {"result": "voicemail"}, Idempotency_Key="call-1") == first
    claimed = program.post(f"tickets/{ticket.pk}/claim/", None, 200, Idempotency_Key="claim")
    assert program.post(f"tickets/{ticket.pk}/claim/", None, 200, Idempotency_Key="claim") == claimed
    assert ticket.attempts.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 256, "a\x07b"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    make_survey()
    refused = Program("write").post("responses/", ANSWER, 400, Idempotency_Key=key)
    assert refused["errors"][0]["field"] == "Idempotency-Key"
    assert Response.objects.count() == 0


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day() -> None:
    make_survey()
    program = Program("write")
    for key in ("old", "young"):
        program.post("responses/", ANSWER, Idempotency_Key=key)
    IdempotentRequest.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    forget_idempotent_requests()
    assert [row.key for row in IdempotentRequest.objects.all()] == ["young"]


@pytest.mark.django_db
def test_what_fails_half_way_leaves_nothing_and_can_be_sent_again() -> None:
    make_survey()
    program = Program("write")
    with mock.patch("surveys.api.views.ResponseViewSet.get_serializer", side_effect=RuntimeError("after the insert")):
        answer = program.call("POST", "responses/", ANSWER, Idempotency_Key="one")
    assert answer.status_code == 500
    check_problem(answer, answer.json())
    assert (Response.objects.count(), IdempotentRequest.objects.count()) == (0, 0)
    program.post("responses/", ANSWER, Idempotency_Key="one")
    assert Response.objects.count() == 1


def at_once(number: int, call: Callable[[], Any]) -> list[Any]:
    """What several threads get that start together."""
    start = Barrier(number, timeout=10)

    def one() -> Any:
        try:
            start.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return [done.result(30) for done in [threads.submit(one) for _ in range(number)]]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_done_once_and_answered_alike() -> None:
    make_survey()
    program, record = Program("write"), responses.record_response

    def slowly(**given: Any) -> Any:
        recorded = record(**given)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")  # long enough for the other to arrive
        return recorded

    with mock.patch("surveys.api.views.responses.record_response", slowly):
        answers = at_once(2, lambda: program.call("POST", "responses/", ANSWER, Idempotency_Key="both"))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert sorted("Idempotency-Replayed" in answer for answer in answers) == [False, True]
    assert Response.objects.count() == Tally.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_two_fails_the_second_is_done() -> None:
    make_survey()
    program, record = Program("write"), responses.record_response
    failures = [RuntimeError("the first")]

    def fails_once(**given: Any) -> Any:
        recorded = record(**given)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        if failures:
            raise failures.pop()
        return recorded

    with mock.patch("surveys.api.views.responses.record_response", fails_once):
        answers = at_once(2, lambda: program.call("POST", "responses/", ANSWER, Idempotency_Key="both"))
    assert sorted(answer.status_code for answer in answers) == [201, 500]
    assert Response.objects.count() == 1
