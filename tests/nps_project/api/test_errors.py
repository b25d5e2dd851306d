"""What goes wrong is told in one shape, by field, value and what is allowed; nothing hostile is ever a 500."""

import json
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from surveys.services import surveys as survey_services
from tests.api_client import Program, check_problem
from tests.factories import make_contact, make_survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


def test_an_error_names_field_value_and_what_is_allowed() -> None:
    make_survey()
    body = Program().post("responses/", {"survey": "autumn", "score": 11, "colour": "red"}, 422)
    assert body["errors"] == [
        {"field": "colour", "value": "red", "allowed": body["errors"][0]["allowed"]}  # the names come first
    ]
    assert "score" in body["errors"][0]["allowed"]
    body = Program().post("responses/", {"survey": "autumn", "score": 11}, 422)
    (error,) = body["errors"]
    assert (error["field"], error["value"]) == ("score", 11)
    assert "10" in error["allowed"]
    assert body["code"] == "invalid"
    assert body["detail"] == f"score: {error['allowed']}"
    body = Program().post("responses/", {"survey": "winter", "score": 1, "traits": {"plan": None}}, 422)
    assert {(error["field"], error["value"]) for error in body["errors"]} == {
        ("survey", "winter"),
        ("traits.plan", None),
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "surveys/", b"{", 400),
        ("GET", "responses/?colour=red", None, 400),
        ("GET", "responses/?score=11", None, 400),
        ("GET", "responses/?state=", None, 400),
        ("GET", "responses/?q=%20", None, 400),
        ("GET", "responses/?score=1&score=2", None, 400),
        ("GET", "tickets/?from=", None, 400),
        ("GET", "stats/nps/?survey=", None, 400),
        ("GET", "stats/nps/?trait.plan=", None, 400),
        ("POST", "responses/?score=1", {"survey": "autumn", "score": 1}, 400),
        ("POST", "responses/?expand=colour", {"survey": "autumn", "score": 1}, 400),
        ("GET", "surveys/autumn/?status=live", None, 400),
        ("GET", "tickets/?expand=colour", None, 400),
        ("GET", "users/?expand=team", None, 400),
        ("GET", "stats/nps/?expand=survey", None, 400),
        ("GET", "stats/nps/?survey=winter", None, 400),
        ("GET", "stats/nps/?colour=red", None, 400),
        ("GET", "stats/follow-up/?owner=anna", None, 400),
        ("GET", "surveys/winter/", None, 404),
        ("GET", "tickets/999999999/", None, 404),
        ("GET", "tickets/abc/", None, 404),
        ("GET", "nowhere/", None, 404),
        ("POST", "nowhere/", {}, 404),
        ("DELETE", "/api/", None, 404),
        ("GET", "surveys", None, 404),
        ("POST", "/api/v1", {}, 404),
        ("DELETE", "surveys/autumn/", None, 405),
        ("POST", "stats/nps/", {}, 405),
        ("POST", "surveys/", {"slug": "autumn", "name": "A", "brand": "B"}, 409),
        ("POST", "contacts/", {"email": "CUSTOMER1@example.com"}, 409),
        ("POST", "responses/", {"survey": "paused", "score": 1}, 409),
        ("POST", "responses/", {"survey": "expired", "score": 1}, 409),
        ("POST", "surveys/", b"x" * 262_145, 413),
        ("POST", "surveys/", {"slug": "Not a slug", "name": "A", "brand": "B"}, 422),
        ("POST", "surveys/", {}, 422),
        ("PATCH", "surveys/autumn/", {"slug": "winter"}, 422),
        ("POST", "invitations/", {"survey": "autumn"}, 422),
        ("POST", "responses/", {"survey": "autumn", "score": 1, "answers": {"1": "x"}}, 422),
        ("POST", "responses/", {"survey": "autumn", "score": 1, "answered_at": "2099-01-01T00:00:00Z"}, 422),
    ],
)
def test_each_fault_has_its_status_in_one_shape(method: str, path: str, body: Any, status: int) -> None:
    make_survey()
    make_contact(1)
    survey_services.update_survey(make_survey("paused"), {"status": "paused"})
    survey_services.update_survey(make_survey("expired"), {"closes_at": "2020-01-01T00:00:00Z"})
    answer = Program().call(method, path, body)
    assert answer.status_code == status, answer.content
    told = answer.json()
    check_problem(answer, told)
    assert ("errors" in told) == (status in (409, 422) or (status == 400 and method != "POST") or "?" in path)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_is_not_json_is_415(content_type: str) -> None:
    answer = Program().call("POST", "surveys/", b"slug=a&name=b", Content_Type=content_type)
    assert answer.status_code == 415
    check_problem(answer, answer.json())


def test_a_charset_does_not_change_what_json_is() -> None:
    body = json.dumps({"slug": "new", "name": "Ærø", "brand": "B"}, ensure_ascii=False).encode()
    for number, charset in enumerate(("utf-16", "rot13", "base64", "nonsense", "latin-1")):
        content = body.replace(b"new", b"new-%d" % number)
        answer = Program().call("POST", "surveys/", content, Content_Type=f"application/json; charset={charset}")
        assert (answer.status_code, answer.json()["name"]) == (201, "Ærø")


def test_only_json_is_spoken() -> None:
    answer = Program().call("GET", "surveys/", Accept="text/html")
    assert answer.status_code == 406
    check_problem(answer, answer.json())


def test_a_fault_of_ours_is_told_without_its_inside() -> None:
    with mock.patch("surveys.api.views.SurveyViewSet.get_queryset", side_effect=RuntimeError("the secret inside")):
        answer = Program().call("GET", "surveys/")
    assert answer.status_code == 500
    check_problem(answer, answer.json())
    assert b"secret" not in answer.content


def test_a_host_that_is_not_ours_is_a_problem_too() -> None:
    answer = Client().get("/api/v1/surveys/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    check_problem(answer, answer.json())
