"""Pages that the web server gives from memory: as Django gives them, and only while nothing has changed."""

import gzip
import ipaddress
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from nps_project.accounts.links import link_key, read_token
from nps_project.web.kept_pages import memory as kept_pages
from nps_project.web.kept_pages import pieces
from nps_project.web.proxies import read_forwarded
from surveys.contacts import lookup
from surveys.models import Survey
from surveys.services.surveys import update_survey
from surveys.views.blank_page import submission_purpose
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
SUBMISSION = re.compile(rb'name="submission" value="([^"]+)"')
ENVIRON = {"REQUEST_METHOD": "GET", "PATH_INFO": "/s/hello/", "QUERY_STRING": "", "HTTP_HOST": "testserver",
           "wsgi.url_scheme": "http", "REMOTE_ADDR": "192.0.2.1", "HTTP_ACCEPT_LANGUAGE": "en"}  # fmt: skip


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[kept_pages.Memory]:
    """Nothing in memory, before and after."""
    lookup.forget_all()
    memory = kept_pages.Memory(most=3)
    monkeypatch.setattr(kept_pages, "keep", memory.keep)
    monkeypatch.setattr(kept_pages, "answer", memory.answer)
    yield memory
    lookup.forget_all()


@pytest.fixture
def survey() -> Survey:
    return update_survey(make_survey("hello"), {"languages": ["en", "nl"], "allowed_traits": ["shop"]})


def by_django(**more: str) -> Any:
    """As the web server asks Django, and then keeps what the view left."""
    environ = ENVIRON | more
    page = Client().get("/s/hello/", QUERY_STRING=environ["QUERY_STRING"], **_given(environ))
    headers = [(name.encode(), value.encode()) for name, value in page.headers.items()]
    kept_pages.keep(dict(environ), page, headers)
    return page


def _given(environ: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in environ.items() if name.startswith(("HTTP_", "REMOTE"))}


def from_memory(**more: str) -> tuple[dict[str, str], bytes] | None:
    """Headers and body; None when it is for Django to answer."""
    environ: dict[str, Any] = dict(ENVIRON | more)
    read_forwarded(environ)  # as the web server does first
    found = kept_pages.answer(environ)
    return found and ({name.decode(): value.decode() for name, value in found[0]}, found[1])


def without(body: bytes) -> bytes:
    return SUBMISSION.sub(b"", body)


@pytest.mark.parametrize(
    "asked", ["", "score=7", "lang=nl&sent=1", "shop=%3Cb%3E%26+C%C3%B6&score=3", "shop=Aarhus%ff", "shop=K\xc3\xb8ge"]
)
def test_a_page_from_memory_is_the_page_that_django_gives(survey: Survey, asked: str) -> None:
    assert from_memory(QUERY_STRING=asked) is None
    page = by_django(QUERY_STRING=asked)
    found = from_memory(QUERY_STRING=asked)
    assert found is not None
    headers, body = found
    assert without(body) == without(page.content)
    assert headers.keys() == page.headers.keys()
    differing = {name for name in headers if headers[name] != page.headers[name]}
    assert differing <= {"X-Request-ID"}
    assert int(headers["Content-Length"]) == len(body)


def test_every_copy_has_a_submission_of_its_own(survey: Survey) -> None:
    by_django()
    copies = [from_memory(), from_memory()]
    tokens = [SUBMISSION.findall(copy[1]) for copy in copies if copy]
    assert [len(found) for found in tokens] == [1, 1]
    ids = [read_token(submission_purpose(survey), found[0].decode()) for found in tokens]
    assert None not in ids
    assert ids[0] != ids[1]


def test_values_of_the_address_are_those_of_this_request(survey: Survey) -> None:
    by_django(QUERY_STRING="shop=Aarhus")
    found = from_memory(QUERY_STRING="shop=%22%3E%3Cscript%3E")
    assert found is not None
    assert b"Aarhus" not in found[1]
    assert b"<script>" not in found[1]
    assert b"shop=%22%3E%3Cscript%3E" in found[1]


def test_compressed_it_is_the_same_and_within_the_budget(survey: Survey) -> None:
    page = by_django(HTTP_ACCEPT_ENCODING="gzip, br")
    found = from_memory(HTTP_ACCEPT_ENCODING="gzip, br")
    assert found is not None
    headers, body = found
    assert headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in headers["Vary"]
    assert without(gzip.decompress(body)) == without(gzip.decompress(page.content))
    assert len(body) <= len(page.content) + 200


def test_nothing_asks_the_database_for_a_page_that_no_view_has_left(survey: Survey) -> None:
    """Two first customers at once: the survey is in memory, the key of the tokens is not."""
    assert lookup.survey_to_show("hello") is not None
    link_key.cache_clear()
    with CaptureQueriesContext(connection) as asked:
        assert from_memory() is None
    assert len(asked) == 0


@given(texts=st.lists(st.text(max_size=300), min_size=1, max_size=6), values=st.binary(max_size=70))
def test_any_pieces_are_unpacked_whole(texts: list[str], values: bytes) -> None:
    put_in = [values] * (len(texts) - 1)
    plain = [text.encode() for text in texts]
    packed = pieces.gzip(plain, pieces.deflate(plain), put_in)
    assert gzip.decompress(packed) == values.join(plain)
    assert zlib.decompress(packed, wbits=31) == values.join(plain)  # as a program that streams reads it


@pytest.mark.parametrize(
    "more",
    [
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST"},
        {"CONTENT_LENGTH": "5"},
        {"HTTP_HOST": "evil.example"},
        {"wsgi.url_scheme": "https"},
        {"PATH_INFO": "/s/hello"},
        {"PATH_INFO": "/s/hello/x/"},
        {"PATH_INFO": "/x/hello/"},
        {"QUERY_STRING": "lang=nl"},
        {"QUERY_STRING": "&".join(f"a{n}=1" for n in range(500))},
    ],
)
def test_django_answers_whatever_is_not_just_that(survey: Survey, more: dict[str, str]) -> None:
    by_django()
    assert from_memory() is not None
    assert from_memory(**more) is None


def test_a_change_is_seen_at_once_here_and_within_a_second_elsewhere(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_django()
    assert from_memory() is not None
    update_survey(survey, {"brand": "Other"})
    assert from_memory() is None
    assert b"Other" in by_django().content

    Survey.objects.filter(pk=survey.pk).update(status="paused")  # by another process
    assert from_memory() is not None
    monkeypatch.setattr(lookup, "FRESH_S", 0.0)  # a second later
    assert from_memory() is None
    assert by_django().status_code == 503
    assert from_memory() is None


def test_forwarded_headers_count_from_a_proxy_of_ours_alone(survey: Survey, settings: Any) -> None:
    told = {
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "198.51.100.7",
        "HTTP_X_REQUEST_ID": "told-by-it",
    }
    by_django()
    headers, _body = from_memory(**told) or ({}, b"")
    assert headers["X-Request-ID"] != "told-by-it"
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("192.0.2.0/24")]
    assert from_memory(**told) is None  # the page by https is another
    by_django(**told, **{"wsgi.url_scheme": "https"})
    headers, _body = from_memory(**told) or ({}, b"")
    assert headers["X-Request-ID"] == "told-by-it"


def test_memory_has_an_end(survey: Survey, memory: kept_pages.Memory) -> None:
    for score in range(8):
        by_django(QUERY_STRING=f"score={score}")
        assert len(memory) <= 3
    assert from_memory(QUERY_STRING="score=7") is not None
