"""Where https is demanded, what the web server answers by itself is never answered by http, nor does it count."""

from ipaddress import ip_network
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from nps_project.web.asgi import Application
from nps_project.web.kept_pages import forms, memory
from nps_project.web.request_body import CompleteRequestHandler
from surveys.models import Response
from surveys.views import sent
from tests.factories import make_survey
from tests.surveys.test_sent_together import SCOPE, submission, to_its_end

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "application/x-www-form-urlencoded; charset=UTF-8"  # as scripts send it: Django gets a copy of the environment


def whole(environ: Any, start_response: Any) -> Any:
    """Django with the settings of now, whose threads leave no connection behind."""
    try:
        return CompleteRequestHandler()(environ, start_response)
    finally:
        connection.close()


@pytest.fixture
def application(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Behind a proxy; it has kept nothing."""
    make_survey("hello")
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXIES = [ip_network("192.0.2.1")]
    own, pages = forms.Forms(), memory.Memory()
    for name in ("answer", "keep"):
        monkeypatch.setattr(forms, name, getattr(own, name))
        monkeypatch.setattr(memory, name, getattr(pages, name))

    def store(read: Any) -> Any:
        try:
            return sent.store(read)
        finally:
            connection.close()  # of a thread that outlives the test

    own.take_by("/s/", forms.Way(sent.read, store))
    return Application(f"{__name__}.whole")


def asked(application: Application, method: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Status and body of what a customer gets through the proxy, by https unless the headers say otherwise."""
    given = {"host": "testserver", "x_forwarded_proto": "https", "x_forwarded_for": "192.0.2.178"} | headers
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    scope = SCOPE | {"method": method, "headers": pairs}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    to_its_end(application(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def a_form(**more: str) -> bytes:
    return urlencode({"score": "3", "submission": submission()} | more).encode()


@pytest.fixture(autouse=True)
def _plain_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page with a submission is asked by https."""
    get = Client.get
    monkeypatch.setattr(Client, "get", lambda client, path: get(client, path, secure=True))


def test_a_page_that_was_asked_by_https_is_not_given_by_http(application: Application) -> None:
    headers = {"content_length": "0", "content_type": FORM}
    assert asked(application, "GET", b"", **headers)[0] == 200
    assert asked(application, "GET", x_forwarded_proto="http")[0] == 301
    assert asked(application, "GET")[0] == 200


def test_a_form_that_was_taken_by_https_is_not_taken_by_http(application: Application) -> None:
    large = a_form(junk="x" * forms.MOST_BYTES)
    assert asked(application, "POST", large, content_type=FORM)[0] == 303
    assert asked(application, "POST", a_form(), content_type=FORM, x_forwarded_proto="http")[0] == 308
    assert Response.objects.count() == 1


@pytest.mark.parametrize(("refused", "status"), [({"x_forwarded_proto": "http"}, 308), ({"host": "evil.example"}, 400)])
def test_what_django_turns_away_counts_for_no_limit(
    application: Application, settings: Any, refused: dict[str, str], status: int
) -> None:
    settings.ANSWERS_PER_MINUTE = 3
    headers = {"content_type": FORM, "x_forwarded_for": f"192.0.2.{status % 256}"}
    for _time in range(4):
        assert asked(application, "POST", body=a_form(), **headers | refused)[0] == status
    for expected in (303, 303, 303, 429):
        assert asked(application, "POST", body=a_form(), **headers)[0] == expected
