"""Streamed answers, over the wire through the web server of `make run`: to their end, left unread, broken off."""

import csv
import http.client
import io
import json
import socket
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from copy import copy
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.privacy.models import Erasure
from surveys.models import Contact, Response
from tests import services
from tests.addresses import make_world
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user
from tests.faults.programs import Web, answers, web
from tests.hostile import wire_urls
from tests.product import within

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS = 1_200  # three pages of an export
WORDS = "Nobody called. " * 100


@pytest.fixture
def ada() -> User:
    return make_user("ada", "admin")


@pytest.fixture(scope="module")
def running(django_db_setup: None) -> Iterator[Web]:
    with web(DJANGO_SETTINGS_MODULE="tests.hostile.wire_settings") as server:
        yield server


@pytest.fixture
def server(running: Web, ada: User) -> Web:
    """With many tickets, each of which has a comment that is worth its bytes."""
    first = make_ticket(make_survey("autumn"), 2, WORDS)
    responses = [copy(first.response) for _number in range(TICKETS - 1)]
    tickets = [copy(first) for _response in responses]
    for response, ticket in zip(responses, tickets, strict=True):
        response.pk = ticket.pk = None
        response.public_id, ticket.public_id, ticket.response = uuid4(), uuid4(), response
    Response.objects.bulk_create(responses)
    for ticket in tickets:
        ticket.response = ticket.response  # its row has a number now
    Ticket.objects.bulk_create(tickets)
    return running


def cookie_of(user: User) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client_of(user).cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def asked(
    server: Web, path: str, user: User | None = None, headers: dict[str, str] | None = None
) -> Iterator[http.client.HTTPResponse]:
    """A GET of which only the head was read."""
    address = server.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=20)) as client:
        client.request("GET", path, headers=headers or ({"Cookie": cookie_of(user)} if user else {}))
        yield client.getresponse()


def test_an_export_comes_whole(server: Web, ada: User) -> None:
    with asked(server, "/desk/tickets.csv?view=all", ada) as found:
        rows = list(csv.reader(io.StringIO(found.read().decode("utf-8-sig"))))
    assert found.status == 200
    assert {len(row) for row in rows} == {24}
    assert sorted(int(row[0]) for row in rows[1:]) == sorted(Ticket.objects.values_list("pk", flat=True))
    assert "No answer was sent" not in server.program.said()


def test_a_workbook_comes_whole(server: Web, ada: User) -> None:
    with asked(server, "/desk/tickets.xlsx?view=all", ada) as found:
        body = found.read()
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert book.testzip() is None
        (sheet,) = [name for name in book.namelist() if "sheets/sheet" in name]
        assert book.read(sheet).count(b"<row") == TICKETS + 1


def test_tables_of_contacts_answers_and_bad_rows_come_whole_and_broken_off(running: Web) -> None:
    world = make_world()
    Contact.objects.bulk_create(Contact(name=f"Customer {number} " * 9, phone="33120000") for number in range(5_000))
    bad_rows = world.pages["contacts/import/<int:run_id>/bad.csv"][0]
    tables = (
        ("/contacts/contacts.csv", Contact.objects.count() + 1), (bad_rows, 2),
        ("/desk/answers/answers.csv", Response.objects.count() + 1),
    )  # fmt: skip
    for path, least in tables:
        with asked(running, path, world.admin) as found:
            assert len(list(csv.reader(io.StringIO(found.read().decode("utf-8-sig"))))) >= least
            assert found.status == 200
    for path in ("/contacts/contacts.xlsx", "/desk/answers/answers.xlsx"):
        with asked(running, path, world.admin) as found:
            body = found.read()
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            assert book.testzip() is None
    for _each in range(5):
        with asked(running, "/contacts/contacts.csv", world.admin) as found:
            assert found.read(10)
    assert within(10, lambda: answers(f"{running.url}/s/autumn/"))
    assert "Traceback" not in running.program.said()


def test_everything_of_a_customer_and_the_list_of_who_was_erased_come_whole_and_broken_off(
    running: Web, ada: User
) -> None:
    contact, survey, at = make_contact(1), make_survey("autumn"), timezone.now()
    Response.objects.bulk_create(
        Response(survey=survey, contact=contact, score=3, channel="api", language="en", answered_at=at, comment=WORDS)
        for _number in range(2_000)
    )
    Erasure.objects.bulk_create(Erasure(kind="contact", row_id=n, born_at=at, why="asked") for n in range(5_000))
    everything, key = f"contacts/{contact.pk}/everything/", Program().headers
    for path, headers in ((f"/{everything}", None), (f"/api/v1/{everything}", key)):
        with asked(running, path, ada, headers) as found:
            parts = json.loads(found.read())["parts"]
        assert [len(part["tables"]["answers"]) for part in parts if "answers" in part["tables"]] == [2_000]
        with asked(running, path, ada, headers) as found:
            assert found.read(100)
    with asked(running, "/setup/erased/list/", ada) as found:
        assert [json.loads(line)["id"] for line in found.read().splitlines()] == list(range(5_000))
    assert within(5, lambda: answers(f"{running.url}/s/autumn/"))
    assert "Traceback" not in running.program.said()


def test_whoever_leaves_in_the_middle_of_an_export_harms_nobody(server: Web, ada: User) -> None:
    for _number in range(12):  # more than there are threads
        with asked(server, "/desk/tickets.csv?view=all", ada) as found:
            assert found.read(100)
    assert within(5, lambda: answers(f"{server.url}/s/autumn/"))
    assert "Traceback" not in server.program.said()


def test_two_exports_of_one_person_at_once_and_no_more(server: Web, ada: User) -> None:
    """Those that nobody reads keep nobody waiting, and their places are free once they are gone."""
    services.valkey().flushall()
    head = f"GET /desk/tickets.csv?view=all HTTP/1.1\r\nHost: {server.url[7:]}\r\nCookie: {cookie_of(ada)}\r\n\r\n"
    with ExitStack() as stack:
        for _number in range(2):
            line = stack.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
            line.sendall(head.encode())
            assert line.recv(12) == b"HTTP/1.1 200"
        with asked(server, "/desk/tickets.csv?view=all", ada) as found:
            assert (found.status, found.headers["Retry-After"]) == (429, "10")
            assert b"still under way" in found.read()
        assert answers(f"{server.url}/s/autumn/")
    assert within(10, lambda: export_is_given(server, ada))


def export_is_given(server: Web, user: User) -> bool:
    with asked(server, "/desk/tickets.csv?view=all", user) as found:
        return found.status == 200 and bool(found.read())


def test_static_files_come_whole(running: Web) -> None:
    for path in sorted(settings.STATIC_ROOT.rglob("*.css"))[:20]:
        with asked(running, f"/static/{path.relative_to(settings.STATIC_ROOT)}") as found:
            assert found.read() == path.read_bytes()


def test_a_stream_that_breaks_cuts_the_connection(running: Web) -> None:
    """A clean end would pass for the whole file."""
    with asked(running, "/wire/breaks/") as found:
        assert found.status == 200
        with pytest.raises(http.client.IncompleteRead) as cut:
            found.read()
    assert len(cut.value.partial) <= 5 * 65_536
    assert "the sixth cannot be made" in running.program.said()


def test_a_large_answer_and_a_file_come_whole(running: Web) -> None:
    with asked(running, "/wire/large/") as found:
        assert sum(len(part) for part in iter(lambda: found.read(1_000_000), b"")) == 3_200 * 65_536
    with asked(running, "/wire/file/") as found:
        assert found.read() == Path(wire_urls.__file__).read_bytes()
