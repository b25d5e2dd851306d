"""The short way to the customers' pages: nothing of the long way that a customer would miss."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db
PATHS = ["/s/hello/", "/s/nobody/", "/t/wrong/", "/r/wrong/", "/s/hello/deeper/"]


@pytest.mark.parametrize("path", PATHS)
def test_its_pages_have_the_headers_of_all_pages(path: str) -> None:
    make_survey("hello")
    page, other = Client().get(path), Client().get("/nowhere/")
    for name in ("X-Frame-Options", "X-Content-Type-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
        assert page[name] == other[name]
    policies = [set(answer["Content-Security-Policy"].split("; ")) for answer in (page, other)]
    assert policies[0] == policies[1]
    assert len(page["X-Request-ID"]) == 16
    assert "Accept-Language" in page["Vary"]


@pytest.mark.parametrize("path", PATHS)
def test_no_cookie_comes_whatever_was_sent(path: str) -> None:
    make_survey("hello")
    client = Client()
    client.cookies["csrftoken"] = "x" * 32
    client.cookies["sessionid"] = "y" * 32
    page = client.get(path)
    assert not page.cookies
    # "Back" needs the form as it was read: a new one would be a second answer.
    assert page["Cache-Control"] == ("private, no-cache" if path == "/s/hello/" else "private, no-store")


def test_a_colleague_who_is_signed_in_is_nobody_there() -> None:
    make_survey("hello")
    page = client_of(make_user("maja")).get("/s/hello/")
    assert not hasattr(page.wsgi_request, "user")
    assert not hasattr(page.wsgi_request, "session")


@pytest.mark.parametrize(
    ("accepted", "language"), [("da", "da"), ("nl-BE, en;q=0.5", "nl"), ("fr", "en"), ("", "en"), ("*;q=x,\xe9", "en")]
)
def test_a_page_without_a_survey_speaks_as_the_browser_does(accepted: str, language: str) -> None:
    make_survey("hello")
    Client().get("/s/hello/?lang=da")  # whose language must not stay
    page = Client().get("/s/nobody/", headers={"accept-language": accepted})
    assert page.status_code == 404
    assert page["Content-Language"] == language
    assert f'lang="{language}"' in page.content.decode()


def test_a_host_that_is_not_ours_is_refused() -> None:
    make_survey("hello")
    assert Client().get("/s/hello/", headers={"host": "evil.example"}).status_code == 400


def test_a_survey_without_its_slash_is_found() -> None:
    make_survey("hello")
    answer = Client().get("/s/hello?lang=da")
    assert (answer.status_code, answer["Location"]) == (301, "/s/hello/?lang=da")


def test_over_tls_alone_where_the_site_says_so(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/s/hello/")["Location"] == "https://testserver/s/hello/"


def test_a_fault_of_ours_is_a_kind_page(monkeypatch: pytest.MonkeyPatch) -> None:
    make_survey("hello")
    monkeypatch.setattr("surveys.views.public.survey_to_show", lambda slug: 1 / 0)
    page = Client(raise_request_exception=False).get("/s/hello/", headers={"accept-language": "nl"})
    assert (page.status_code, page["Content-Language"]) == (500, "nl")
