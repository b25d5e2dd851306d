"""Streamed answers, over the wire through the web server of `make run`: to their end, left unread, broken off."""

import csv
import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from followup.models import Ticket
from nps_project.accounts.models import User
from surveys.models import Response
from tests.faults.programs import Web, answers, web
from tests.hostile import wire_urls
from tests.making import client_of, make_survey, make_ticket, make_user
from tests.product import within

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS = 1_200  # three pages of an export


@pytest.fixture
def ada() -> User:
    return make_user("ada", "admin")


@pytest.fixture
def server(ada: User) -> Iterator[Web]:
    """With many tickets, each of which has a comment that is worth its bytes."""
    first = make_ticket(make_survey("autumn"), 2, "Nobody called. " * 100)
    responses = [copy(first.response) for _number in range(TICKETS - 1)]
    tickets = [copy(first) for _response in responses]
    for response, ticket in zip(responses, tickets, strict=True):
        response.pk = ticket.pk = None
        response.public_id, ticket.public_id, ticket.response = uuid4(), uuid4(), response
    Response.objects.bulk_create(responses)
    for ticket in tickets:
        ticket.response = ticket.response  # its row has a number now
    Ticket.objects.bulk_create(tickets)
    with web(DJANGO_SETTINGS_MODULE="tests.hostile.wire_settings") as running:
        yield running


def cookie_of(user: User) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client_of(user).cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def asked(server: Web, path: str, user: User | None = None) -> Iterator[http.client.HTTPResponse]:
    """A GET of which only the head was read."""
    address = server.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=20)) as client:
        client.request("GET", path, headers={"Cookie": cookie_of(user)} if user else {})
        yield client.getresponse()


def test_an_export_comes_whole(server: Web, ada: User) -> None:
    with asked(server, "/desk/tickets.csv?view=all", ada) as found:
        rows = list(csv.reader(io.StringIO(found.read().decode("utf-8-sig"))))
    assert found.status == 200
    assert {len(row) for row in rows} == {20}
    assert sorted(int(row[0]) for row in rows[1:]) == sorted(Ticket.objects.values_list("pk", flat=True))
    assert "No answer was sent" not in server.program.said()


def test_whoever_leaves_in_the_middle_of_an_export_harms_nobody(server: Web, ada: User) -> None:
    for _number in range(12):  # more than there are threads
        with asked(server, "/desk/tickets.csv?view=all", ada) as found:
            assert found.read(100)
    assert within(5, lambda: answers(f"{server.url}/s/autumn/"))
    assert "Traceback" not in server.program.said()


def test_exports_that_nobody_reads_keep_nobody_waiting(server: Web, ada: User) -> None:
    head = f"GET /desk/tickets.csv?view=all HTTP/1.1\r\nHost: {server.url[7:]}\r\nCookie: {cookie_of(ada)}\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) for _number in range(12)]
    for line in lines:
        line.sendall(head.encode())
    time.sleep(1)
    assert answers(f"{server.url}/s/autumn/")
    for line in lines:
        line.close()


def test_static_files_come_whole(server: Web) -> None:
    for path in sorted(settings.STATIC_ROOT.rglob("*.css"))[:20]:
        with asked(server, f"/static/{path.relative_to(settings.STATIC_ROOT)}") as found:
            assert found.read() == path.read_bytes()


def test_a_stream_that_breaks_cuts_the_connection(server: Web) -> None:
    """A clean end would pass for the whole file."""
    with asked(server, "/wire/breaks/") as found:
        assert found.status == 200
        with pytest.raises(http.client.IncompleteRead) as cut:
            found.read()
    assert len(cut.value.partial) <= 5 * 65_536
    assert "the sixth cannot be made" in server.program.said()


def test_a_large_answer_and_a_file_come_whole(server: Web) -> None:
    with asked(server, "/wire/large/") as found:
        assert sum(len(part) for part in iter(lambda: found.read(1_000_000), b"")) == 3_200 * 65_536
    with asked(server, "/wire/file/") as found:
        assert found.read() == Path(wire_urls.__file__).read_bytes()
