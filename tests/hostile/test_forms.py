"""Every address of the product, with bodies, headers, methods, paths and words that nobody should send."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nps_project.web.request_body import CompleteRequest
from surveys.models import Response
from tests.addresses import World, make_world, routes
from tests.factories import client_of
from tests.hostile import MORE, budget, one_in
from tests.hostile.corpus import BODIES, HEADERS, METHODS, PATHS, QUERIES, SCRIPT, SOLVED, TEXTS
from tests.kept_rows import copy_of, kept_for_module

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]  # which are for tests of their own

LONGEST_S = 3.0  # for one request, on a machine that does other things too
PUBLIC = ("s/<slug:slug>/", "r/<str:token>/", "t/<str:token>/", "t/<str:token>/change/", "login/", "healthz", "readyz",
          "metrics", "api/docs/", "api/schema/", "")  # fmt: skip
OTHERS = ["/static/css/customer.css", "/nothing/", "/api/nothing/", "/api/v1/responses/", "/admin/login/", "/logout/"]


class Attacker:
    """Sends, undoes, and looks at what came back; `faults` says what should not have."""

    def __init__(self, client: Client) -> None:
        self.client, self.faults, self.statuses = client, list[str](), Counter[int]()
        client.raise_request_exception = False

    def send(self, about: str, method: str, address: str, **request: Any) -> Any:
        """The answer; nothing that it did stays. Headers with names that WSGI cannot hold are not ours to send."""
        began = time.monotonic()
        with transaction.atomic():
            answer: Any = self.client.generic(method, address, **request)
            transaction.set_rollback(True)
        took_s = time.monotonic() - began
        self.statuses[answer.status_code] += 1
        where = f"{method[:20]} {address[:80]} with {about}: {answer.status_code}"
        if answer.status_code >= 500 and not (answer.status_code == 503 and address.startswith(("/readyz", "/s/paus"))):
            self.faults.append(f"{where} {getattr(answer, 'exc_info', None)!r:.300}")
        if took_s > LONGEST_S:
            self.faults.append(f"{where} after {took_s:.1f} s")
        self._look_at(answer, where)
        for close in answer._resource_closers:  # not close(), which would end the connection of the test
            close()
        return answer

    def _look_at(self, answer: Any, where: str) -> None:
        """Headers, and markup."""
        leads_to = urlsplit(answer.headers.get("Location", "")).netloc
        if "X-Evil" in answer.headers or leads_to not in ("", "testserver") or "evil" in answer.headers.get("Vary", ""):
            self.faults.append(f"{where}: {dict(answer.headers)}")
        text = b"" if answer.streaming else answer.content
        if SCRIPT.encode() in text or b"<svg onload" in text or SOLVED.encode() in text:
            self.faults.append(f"{where}: repeats what was typed as markup or template")
        if answer.status_code >= 400 and b"Traceback" in text:
            self.faults.append(f"{where}: shows a traceback")

    def report(self, least: int) -> None:
        """Raises: AssertionError with the first faults."""
        if least > 2:
            print(f"{self.statuses.total()} requests, {dict(self.statuses)}")
        assert not self.faults, "\n".join([f"{len(self.faults)} faults", *self.faults[:25]])
        assert self.statuses.total() >= least


kept_world = kept_for_module(make_world)


@pytest.fixture
def world(db: None, kept_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Its requests are read as the web server reads them: the test client's own class fails on some charsets."""
    monkeypatch.setattr("django.test.client.WSGIRequest", CompleteRequest)
    return copy_of(kept_world)


def public(world: World) -> list[str]:
    return [world.pages[route][0] for route in PUBLIC if route in world.pages] + ["/metrics", *OTHERS]


def staffs(world: World) -> Iterator[str]:
    """One address of each route behind the login."""
    for route in routes():
        if route not in PUBLIC and route in world.pages and route != "logout/":
            yield world.pages[route][0]


def test_bodies_that_are_no_forms(world: World) -> None:
    stranger, admin = Attacker(Client()), Attacker(client_of(world.admin))
    for name, (kind, body) in BODIES.items():
        for address in public(world):
            if "10 MB" in name or one_in(8, name, address):
                stranger.send(name, "POST", address, data=body, content_type=kind)
        if len(body) < 1_000_000:
            for address in staffs(world):
                if one_in(60, name, address):
                    admin.send(name, "POST", address, data=body, content_type=kind)
    stranger.report(100)
    admin.report(30)
    assert admin.client.get("/desk/").status_code == 200  # signed in to the end
    assert stranger.statuses[413] >= 6  # 10 MB on every form of customers


@pytest.mark.parametrize(
    "charset", ["utf-8", "LATIN1", "base64", "idna", "punycode", "undefined", "rot13", "utf-7", "no"]
)
def test_no_charset_makes_a_form_unreadable(charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    environ = RequestFactory().post("/?score=4", b"score=3", content_type="text/plain").environ
    request = CompleteRequest(environ | {"CONTENT_TYPE": kind})
    assert (request.GET["score"], request.POST["score"]) == ("4", "3")


def test_a_body_is_not_as_long_as_it_says(world: World) -> None:
    attacker = Attacker(Client())
    for address in public(world):
        for length in ("-1", "-99999999999", "abc", "", "9" * 30, "1e3", "0x10", "\u0667", "2147483648"):
            attacker.send(f"length {length}", "POST", address, data=b"score=3", CONTENT_LENGTH=length)
    attacker.report(100)


def test_header_tricks(world: World) -> None:
    stranger, admin = Attacker(Client()), Attacker(client_of(world.admin))
    for name, headers in HEADERS.items():
        for address in public(world):
            if one_in(6, name, address):
                stranger.send(name, "GET", address, headers=headers)
        kept = {key: value for key, value in headers.items() if key != "Cookie"}
        for address in staffs(world):
            if one_in(60, name, address):
                admin.send(name, "GET", address, headers=kept)
    stranger.report(40)
    admin.report(15)


def test_methods_and_paths_and_queries(world: World) -> None:
    stranger, admin = Attacker(Client()), Attacker(client_of(world.admin))
    for path in PATHS:
        for method in ("GET", "POST"):
            if one_in(4, method, path):
                stranger.send("this path", method, path)
            if one_in(4, path, method):
                admin.send("this path", method, path)
    for address in public(world):
        for method in METHODS:
            if one_in(6, method, address):
                stranger.send("this method", method, address)
        for query in QUERIES:
            for method in ("GET", "POST"):
                if one_in(8, method, address, query):
                    stranger.send("this query", method, address + query)
    for address in staffs(world):
        for method in METHODS:
            if one_in(15, method, address):
                admin.send("this method", method, address)
        for query in QUERIES:
            if one_in(100, query, address):
                admin.send("this query", "GET", address + query)
    stranger.report(100)
    admin.report(100)


class Fields(HTMLParser):
    """The forms of a page: their actions, and the names of their fields with a value that may be sent."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", "") if given.get("method") == "post" else "-", {}))
        elif tag in ("input", "textarea", "select", "button") and given.get("name") and self.forms:
            self.forms[-1][1].setdefault(given["name"], given.get("value", ""))


def forms_of(client: Client, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(action, fields) of each form on a page that is sent by POST."""
    if address.startswith("/static/"):
        return
    answer = client.get(address)
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        for action, fields in Fields(answer.content.decode()).forms:
            if action != "-" and action != "/logout/":
                yield action or address, fields


def test_every_field_of_every_form_takes_words_that_nobody_should_type(world: World) -> None:
    client = client_of(world.admin)
    attacker, seen = Attacker(client), set[str]()
    for address in [*staffs(world), *public(world)]:
        for action, fields in forms_of(client, address):
            named = re.sub(r"\d+", "0", action) + ",".join(sorted(fields))
            if named in seen:
                continue
            seen.add(named)
            for name, text in TEXTS.items():
                if name == "markup" or one_in(75, name, action):
                    attacker.send(name, "POST", action, **encoded(dict.fromkeys(fields, text)))
                for field in fields:
                    if one_in(500, name, field, action):
                        attacker.send(f"{name} in {field}", "POST", action, **encoded(fields | {field: text}))
    assert len(seen) >= 25
    attacker.report(200)


def encoded(fields: dict[str, str]) -> dict[str, Any]:
    """As a browser sends a form, but with what UTF-8 does not allow."""

    def quoted(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"))

    body = "&".join(f"{quoted(name)}={quoted(text)}" for name, text in fields.items())
    return {"data": body.encode(), "content_type": "application/x-www-form-urlencoded"}


@settings(max_examples=budget(8, 40) * MORE, deadline=None, database=None, derandomize=MORE == 1,
          phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
@given(
    score=st.one_of(st.integers(0, 10).map(str), st.text(max_size=5), st.sampled_from(list(TEXTS.values()))),
    texts=st.lists(st.text(max_size=300), min_size=4, max_size=4),
)
def test_a_survey_takes_any_text_or_says_what_is_wrong(world: World, score: str, texts: list[str]) -> None:
    attacker = Attacker(Client())
    names = ("comment", "contact_name", "contact_email", "contact_phone")
    fields = {"score": score} | dict(zip(names, texts, strict=True))
    for route in ("s/<slug:slug>/", "r/<str:token>/"):
        before = Response.objects.count()
        answer = attacker.send(repr(fields)[:300], "POST", world.pages[route][0], **encoded(fields))
        assert answer.status_code in (303, 422), answer.status_code
        assert Response.objects.count() == before
    attacker.report(2)
