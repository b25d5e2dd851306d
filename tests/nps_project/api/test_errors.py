"""What goes wrong is told in one shape, by field, value and what is allowed; nothing hostile is ever a 500."""

import json
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from surveys.models import Survey
from surveys.services import surveys as survey_services
from tests.api_client import Program, check_problem
from tests.factories import make_contact, make_survey, make_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

DEEP = b"[" * 100_000 + b"]" * 100_000
HOSTILE: list[Any] = [
    b"", b"{", b"\xff\xfe", b'{"a": "\xff"}', b"\x00", b"NaN", b'{"score": NaN}', b'{"score": 1e999}',
    DEEP, b'{"a":' * 30 + b"1" + b"}" * 30, b"1" * 5000, b'{"score": ' + b"9" * 4000 + b"}", b"x" * 300_000,
    None, [], [[]], "text", 5, True, {"": ""}, {"\0": 1}, {"\ud800": 1},
    {"survey": "a\0b", "score": 1}, {"survey": {"a": "\0"}}, {"survey": [], "score": {}},
]  # fmt: skip
VALUES: list[Any] = [
    None, True, -1, 11, 1.5, 2**31, 2**63, 2**64, 10**400, -(10**30), "", " ", "\0", "\ud800", "😡" * 20_000, "x" * 300,
    [], [1], {}, {"a": 1}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "1e5",
]  # fmt: skip
FIELDS = {
    "surveys/": ("slug", "name", "brand", "status", "default_language", "languages", "closes_at"),
    "contacts/": ("email", "phone", "name", "language", "external_id", "account_manager", "traits", "value"),
    "invitations/": ("survey", "contact", "email", "name", "language", "channel", "send_at"),
    "responses/": (
        "survey", "score", "comment", "contact", "email", "name", "phone", "language", "answered_at", "traits",
        "answers", "follows",
    ),
    "tickets/": ("response",),
    "tickets/{id}/assign/": ("owner", "team"),
    "tickets/{id}/attempts/": ("result", "channel", "at", "duration_s", "note"),
    "tickets/{id}/notes/": ("text",),
    "tickets/{id}/steps/": ("step", "done", "amount", "currency", "note"),
    "tickets/{id}/wait/": ("until", "reason"),
    "tickets/{id}/reopen/": ("reason",),
    "tickets/{id}/resolve/": ("outcome", "root_cause", "note"),
}  # fmt: skip
WHOLE: dict[str, dict[str, Any]] = {
    "surveys/": {"slug": "new", "name": "New", "brand": "Nordlys"},
    "contacts/": {"name": "Somebody"},
    "invitations/": {"survey": "autumn", "email": "somebody@example.com"},
    "responses/": {"survey": "autumn", "score": 9},
    "tickets/{id}/attempts/": {"result": "reached"},
    "tickets/{id}/resolve/": {"outcome": "kept", "root_cause": "other", "note": "Nobody tried."},
}


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


def test_hostile_bodies_are_refused_cleanly() -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    program = Program()
    for path in FIELDS:
        for body in HOSTILE:
            raw = b"null" if body is None else body
            answer = program.call("POST", path.replace("{id}", str(ticket.pk)), raw)
            assert answer.status_code in (400, 413, 422), (path, str(body)[:80], answer.content[:500])
            check_problem(answer, answer.json())
            assert len(answer.content) < 5000
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_hostile_values_in_each_field_are_refused_or_stored_but_never_a_500(path: str) -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    program, wrong = Program(), []
    for field in FIELDS[path]:
        for value in VALUES:
            body = WHOLE.get(path, {}) | {field: value}
            answer = program.call("POST", path.replace("{id}", str(ticket.pk)), body)
            if answer.status_code not in (200, 201, 409, 422):
                wrong.append((field, str(value)[:50], answer.status_code, answer.content[:300]))
            if answer.status_code >= 400:
                check_problem(answer, answer.json())
    assert wrong == []


QUERIES = (
    "cursor=abc", "cursor=cD1hYmM%3D", "cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor=%00", "page_size=0",
    "page_size=201", "page_size=-1", "page_size=abc", "page_size=99999999999999999999", "page_size=%C2%B2",
    "expand=%00", "expand=a", "nothing=%00", "%00=1", "%ff=%ff", "survey=%00", "survey=%ff", "contact=%00",
    "contact=1.5", "contact=-1", "contact=99999999999999999999999", "score=%00", "score=1e1", "from=%00",
    "from=0001-01-01", "to=9999-12-31", "from=2026-02-30", "to=9999-12-31T23:59:59-14:00", "from=yesterday",
    "to=0001-01-01T00:00:00%2B14:00", "status=%00", "email=%00", "owner=1.5", "team=x", "due_state=late", "group=happy",
    "trait=gold", "trait==", "tag=" + "x" * 41, "value_from=much", "value_to=-1",
    "value_from=NaN", "promise_to=soon", "q=%00", "language=xx",
)  # fmt: skip


def test_hostile_queries_are_refused_cleanly() -> None:
    make_ticket(make_survey(), 2, contact=make_contact(1))
    program = Program()
    for path in ("surveys/", "contacts/", "invitations/", "responses/", "tickets/", "users/", "stats/nps/",
                 "stats/follow-up/", "root-causes/", "teams/", "playbooks/"):  # fmt: skip
        for query in QUERIES:
            answer = program.call("GET", f"{path}?{query}")
            if query == "survey=%ff" and path in ("responses/", "tickets/", "invitations/", "contacts/"):
                assert answer.json()["results"] == []  # a name that no survey has
                continue
            assert answer.status_code == 400, (path, query, answer.content[:300])
            check_problem(answer, answer.json())
    answer = program.call("GET", "stats/nps/?trait.plan=%00&trait.=1")
    assert answer.status_code == 400
    for trait in ("trait.=1", "trait.n=" + "9" * 5000, "trait.n=1e999", "trait.n=NaN", "trait.n=-0", "trait.n=0.5"):
        assert program.get(f"stats/nps/?{trait}")["responses"] == 0
