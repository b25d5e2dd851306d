"""Openings on a web server that runs: its own thread writes them, and a Send beside them waits."""

import http.client
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from nps_project.accounts import links
from surveys.models import Invitation, Response
from surveys.scanners.models import Opening
from tests.faults.programs import Web, web
from tests.surveys.scanners.conftest import links_of, page_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(django_db_setup: None) -> Iterator[Web]:
    links.link_key.cache_clear()  # the one of this database, which the server reads
    with web() as running:
        yield running


def ask(server: Web, method: str, path: str, body: str = "") -> int:
    line = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    line.request(method, path, body or None, headers)
    status = line.getresponse().status
    line.close()
    return status


def test_the_server_writes_what_is_opened_and_lets_a_send_beside_it_wait(mailed: Invitation, server: Web) -> None:
    opened = links_of(mailed)
    assert {ask(server, "GET", link) for link in opened} == {200}
    ends = time.monotonic() + 10
    while Opening.objects.count() < len(opened) and time.monotonic() < ends:
        time.sleep(0.05)
    assert Opening.objects.filter(invitation=mailed).count() == len(opened)

    assert ask(server, "POST", page_of(mailed), urlencode({"score": "0"})) == 303
    response = Response.objects.get()
    assert (response.is_doubtful, response.evidence and response.evidence["signs"]) == (True, ["decoy", "many_links"])
