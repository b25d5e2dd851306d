"""The schema is valid OpenAPI 3.1 and tells the truth: its paths are those that exist, its fields those that come."""

import re
from typing import Any
from unittest.mock import Mock

import pytest
import yaml
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from followup.insights.risk.models import AtRisk
from followup.models import RootCause
from followup.tickets import actions
from nps_project.api import docs
from tests.api_client import Program
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.followup.insights.themes.making import make_theme
from tests.nps_project.api.test_scopes import every_path, make_one_of_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict[str, Any]:
    """As anybody gets it, without a key."""
    answer = Client().get("/api/schema/", headers={"accept": "application/json"})
    assert answer.status_code == 200
    return dict(answer.json())


def test_it_is_valid_openapi(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    check: Any = validate_schema  # untyped
    check(schema)
    assert yaml.load(Client().get("/api/schema/").content, Loader=yaml.CSafeLoader) == schema  # noqa: S506  (it is safe)


def test_its_paths_are_those_that_exist(schema: dict[str, Any]) -> None:
    told = {path.removeprefix("/api/v1/") for path in schema["paths"]}
    assert told == set(every_path())
    ids, program = make_one_of_each(), Program("read")
    for path, operations in schema["paths"].items():
        short = path.removeprefix("/api/v1/")
        named = ids.get(short.split("/")[0]) or str(program.user.pk if program.user else 0)
        allowed = program.call("OPTIONS", re.sub(r"{\w+}", named, path))["Allow"].lower().split(", ")
        assert set(operations) == set(allowed) - {"head", "options"}, path


def test_each_post_tells_of_its_key_and_each_answer_of_problems(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            names = [parameter["name"] for parameter in operation.get("parameters", [])]
            assert ("Idempotency-Key" in names) == (method == "post"), path
            problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}
            assert operation["security"] == [{"apiKey": []}], path
            assert operation.get("description"), (method, path)
            assert len(names) == len(set(names)), (path, names)


def fits(schema: dict[str, Any], path: str, method: str, status: str, body: Any) -> list[str]:
    """What in a body the schema does not say."""
    whole = schema["paths"][f"/api/v1/{path}"][method]["responses"][status]["content"]["application/json"]["schema"]
    whole = whole | {"components": schema["components"]}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{path}: {error.json_path} {error.message[:200]}" for error in validator.iter_errors(body)]


def _name_a_cause() -> None:
    """On a resolved ticket, so that the ranking of causes has a row, and the themes one, too."""
    ticket = make_ticket(make_survey("resolved"), 1, contact=make_contact(40))
    cause = RootCause.objects.all()[0]
    actions.resolve(ticket_id=ticket.pk, by=make_user("ron"), outcome="no_action", note="Spam.", root_cause=cause)
    make_theme(make_ticket(ticket.survey, 2), ticket)


def test_what_comes_is_what_the_schema_says(schema: dict[str, Any]) -> None:
    ids, program, faults = make_one_of_each(), Program("admin"), []
    _name_a_cause()
    away = make_contact(41, bounced_at=timezone.now())
    AtRisk.objects.create(contact=away, bounced_at=away.bounced_at, looked_at=timezone.now())
    for path in sorted(schema["paths"]):
        short = path.removeprefix("/api/v1/")
        if "get" not in schema["paths"][path]:
            continue
        named = ids.get(short.split("/")[0]) or str(program.user.pk if program.user else 0)
        body = program.get(re.sub(r"{\w+}", named, short))
        if short != "stats/words/":  # which shows no word of fewer than ten customers
            assert body.get("results", True), path
        faults += fits(schema, short, "get", "200", body)
    ticket = make_ticket(make_survey("second"), 1, contact=make_contact(50))
    posts: list[tuple[str, str, dict[str, Any], int]] = [
        ("surveys/", "surveys/", {"slug": "third", "name": "Third", "brand": "Nordlys"}, 201),
        ("contacts/", "contacts/", {"name": "Eve", "value": "12.50", "traits": {"seats": 3}}, 201),
        ("companies/", "companies/", {"name": "Munk Tryk", "value": "12.50"}, 201),
        ("segments/", "segments/", {"name": "Danes", "filter": {"language": "da", "trait.seats": 3}}, 201),
        (
            "campaigns/",
            "campaigns/",
            {"name": "Autumn", "survey": "second", "window": {"days": [1], "from": "09:00", "until": "17:00"}},
            201,
        ),
        ("campaigns/{id}/dry-run/", f"campaigns/{ids['campaigns']}/dry-run/", {}, 200),
        ("campaigns/{id}/test/", f"campaigns/{ids['campaigns']}/test/", {"to": "a@nordlys.dk"}, 200),
        ("campaigns/{id}/stop/", f"campaigns/{ids['campaigns']}/stop/", {}, 200),
        ("invitations/", "invitations/", {"survey": "second", "email": "eve@example.com", "language": "da"}, 201),
        ("responses/", "responses/", {"survey": "second", "score": 9}, 201),
        ("bulk-decisions/", "bulk-decisions/", {"kind": "restored", "filter": {"score": 9, "doubtful": False}}, 201),
        ("bulk-decisions/{id}/stop/", f"bulk-decisions/{ids['bulk-decisions']}/stop/", {}, 200),
        ("tickets/{id}/claim/", f"tickets/{ticket.pk}/claim/", {}, 200),
        ("tickets/{id}/attempts/", f"tickets/{ticket.pk}/attempts/", {"result": "reached"}, 201),
        ("tickets/{id}/messages/", f"tickets/{ticket.pk}/messages/", {"subject": "Sorry", "text": "We call."}, 201),
        ("messages/{id}/take-back/", f"messages/{ids['messages']}/take-back/", {}, 200),
        ("tickets/{id}/notes/", f"tickets/{ticket.pk}/notes/", {"text": "Words."}, 201),
    ]
    for path, address, given, status in posts:
        faults += fits(schema, path, "post", str(status), program.post(address, given, status))
    problem = schema["components"]["schemas"]["Problem"]
    refused = program.post("responses/", {"survey": "second", "score": 11}, 422)
    faults += [error.message for error in Draft202012Validator(problem).iter_errors(refused)]
    assert not faults, "\n".join(faults)


def test_the_page_of_the_api_names_every_operation(schema: dict[str, Any]) -> None:
    answer = Client().get("/api/docs/")
    assert answer.status_code == 200
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert f'id="{operation["operationId"]}"' in page
            assert f"<strong>{method.upper()}</strong> {path}" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_what_anyone_may_ask_for_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty who asked for the schema, which took a second each, kept customers waiting for five."""
    for cached in (docs.schema_of_all, docs.schema_as, docs.drawn_operations):
        cached.cache_clear()
    generate = Mock(wraps=SchemaGenerator)
    draw = Mock(wraps=render_to_string)
    monkeypatch.setattr(docs, "SchemaGenerator", generate)
    monkeypatch.setattr(docs, "render_to_string", draw)
    for _number in range(20):
        for address, kind in (
            ("/api/schema/", "*/*"),
            ("/api/schema/", "application/json"),
            ("/api/docs/", "text/html"),
        ):
            assert Client().get(address, headers={"accept": kind}).status_code == 200
    assert (generate.call_count, draw.call_count) == (1, 1)
