"""docs/api.md tells the truth: its calls are made in their order, and answered with the fields it shows."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from followup.causes.services import ensure_defaults
from followup.models import RootCause, Step, Ticket
from followup.tasks import open_tickets
from surveys.models import Contact, Response
from tests.api_client import Program
from tests.factories import make_user
from tests.nps_project.api.test_scopes import every_path

GUIDE = Path(settings.BASE_DIR) / "docs" / "api.md"


def calls() -> list[tuple[str, str, Any, dict[str, str], Any]]:
    """(method, path, body, headers, the answer shown or None) of each curl of the guide."""
    found = []
    for command, shown in re.findall(r"```sh\n(curl .*?)```\n(?:\n```json\n(.*?)```)?", GUIDE.read_text(), re.DOTALL):
        method, path, body = "", "", None
        headers: dict[str, str] = {}
        words = iter(shlex.split(command)[1:])
        for word in words:
            if word == "-i":
                continue
            if word == "-H":
                name, _colon, value = next(words).partition(": ")
                headers |= {name: value} if value else {}
            elif word == "-X":
                method = next(words)
            elif word == "--json":
                body = json.loads(next(words))
            else:
                path = word.removeprefix("$API/")
        method = method or ("GET" if body is None else "POST")
        found.append((method, path, body, headers, json.loads(shown) if shown else None))
    return found


def shape(value: Any) -> Any:
    """The fields of a body, down to where free names begin."""
    if isinstance(value, dict):
        free = ("traits", "names", "data", "filter")
        return {name: None if name in free else shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else None


@pytest.mark.django_db
def test_every_example_is_answered_as_it_is_shown() -> None:
    ensure_defaults()
    program, made = Program("admin"), calls()
    assert len(made) >= 35
    for method, path, body, headers, shown in made:
        ticket = Ticket.objects.first()
        if ticket is not None:  # the guide's first ticket, and its first step
            path = path.replace("tickets/1/", f"tickets/{ticket.pk}/")
            if path.endswith("/steps/"):
                body["step"] = ticket.steps.all()[0].pk
        if path.startswith("contacts/2/"):  # the guide's second customer
            path = path.replace("contacts/2/", f"contacts/{Contact.objects.get(email='lars@example.com').pk}/")
        if path == "improvements/":
            body["owner"] = make_user("ada").pk
        answer = program.call(method, path, body, **headers)
        told = answer.json()
        if shown is None:
            assert answer.status_code in (200, 201), (path, told)
            continue
        assert answer.status_code == (shown["status"] if "detail" in shown else answer.status_code)
        assert (answer.status_code >= 400) == ("detail" in shown), (path, told)
        assert shape(told) == shape(shown), path
        if "detail" in shown:
            assert told == shown
        open_tickets(list(Response.objects.values_list("pk", flat=True)))
    assert Ticket.objects.get().status == "resolved"
    assert Step.objects.exclude(done_at=None).count() == 1
    assert RootCause.objects.count() > 1
    assert Contact.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("new_limits")
def test_the_headers_that_are_shown_come() -> None:
    (shown,) = re.findall(r"```http\nHTTP/1.1 200 OK\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    lines = dict(line.split(": ") for line in shown.splitlines())
    answer = Program("admin").call("GET", "surveys/?status=live")
    assert [name for name in lines if name not in answer] == []
    assert answer["Content-Type"] == lines["Content-Type"]
    assert answer["RateLimit-Limit"] == lines["RateLimit-Limit"] == str(settings.API_REQUESTS_PER_MINUTE)
    assert answer["RateLimit-Remaining"] == str(settings.API_REQUESTS_PER_MINUTE - 1)
    assert 1 <= int(answer["RateLimit-Reset"]) <= 60


def test_the_guide_names_every_address_of_the_api() -> None:
    words = GUIDE.read_text()
    for path in every_path():
        first, *rest = path.split("/")
        assert f"{first}/" in words
        if first in ("tickets", "bulk-decisions") and len(rest) == 3:
            assert f"`{rest[1]}`" in words or f"/{rest[1]}/`" in words, path
