"""Files that are uploaded through the web server of `make run`: large ones of managers, and everybody else's."""

import http.client
import re
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from followup.conversations.models import Attachment
from followup.playbooks import services as playbooks
from nps_project.accounts.models import User
from surveys.contacts.imports.apps import MOST_BYTES
from surveys.contacts.imports.models import ContactImport
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.faults.programs import Web, web
from tests.hostile.test_server import memory_mb
from tests.hostile.test_wire import cookie_of
from tests.product import within

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/contacts/import/"
HEAD = b'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n%s\r\n--b\r\n' \
       b'Content-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\n'  # fmt: skip
END = b"\r\n--b--\r\n"
ROW = b"customer%07d@example.com,Somebody With A Name,+31 6 12345678\n"
ROWS = 200_000  # 12 MB: fifty times what a form may have


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Web]:
    with web() as running:
        yield running


@pytest.fixture
def manager() -> User:
    return make_user("mo", "manager")


def client_to(server: Web) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)


def token_and_cookies(server: Web, user: User, path: str = PATH) -> tuple[bytes, str]:
    """As the page of the form gives them."""
    with closing(client_to(server)) as client:
        client.request("GET", path, headers={"Cookie": cookie_of(user)})
        answer = client.getresponse()
        page = answer.read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    csrf = re.search(r"csrftoken=\w+", str(answer.headers))
    assert found
    assert csrf
    return found[1].encode(), f"{cookie_of(user)}; {csrf[0]}"


def file_in_pieces(token: bytes) -> Iterator[bytes]:
    yield HEAD % token + b"email,name,phone\n"
    for first in range(0, ROWS, 1000):
        yield b"".join(ROW % number for number in range(first, first + 1000))
    yield END


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_manager_uploads_a_large_file_and_it_takes_no_memory(server: Web, manager: User, is_chunked: bool) -> None:
    token, cookies = token_and_cookies(server, manager)
    before = memory_mb(server)
    pieces = list(file_in_pieces(token))
    length = {} if is_chunked else {"Content-Length": str(sum(map(len, pieces)))}
    with closing(client_to(server)) as client:
        client.request("POST", PATH, iter(pieces), encode_chunked=is_chunked, headers={
            "Cookie": cookies, "Content-Type": "multipart/form-data; boundary=b", "Origin": server.url,
            **(length or {"Transfer-Encoding": "chunked"}),
        })  # fmt: skip
        answer = client.getresponse()
        said = answer.read().decode()
    assert answer.status == 303, said
    assert ContactImport.objects.get().total == ROWS
    assert memory_mb(server) - before < 40


@pytest.mark.parametrize("role", ["nobody", "viewer", "agent"])
def test_nobody_elses_large_body_is_read(server: Web, role: str) -> None:
    cookies = "" if role == "nobody" else cookie_of(make_user(role, role))
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10) as line:
        line.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: {server.url.removeprefix('http://')}\r\nCookie: {cookies}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 20000000\r\n\r\n".encode()
        )
        assert b" 413 " in line.recv(65_536).partition(b"\r\n")[0]  # and none of it was sent
    assert not ContactImport.objects.exists()


def test_a_body_above_the_limit_is_refused_unread_and_half_of_one_is_no_file(server: Web, manager: User) -> None:
    token, cookies = token_and_cookies(server, manager)
    for length, begun in ((MOST_BYTES + 1, b""), (1_000_000, HEAD % token + b"email\na@example.com\n" * 20_000)):
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10) as line:
            line.sendall(
                f"POST {PATH} HTTP/1.1\r\nHost: {server.url.removeprefix('http://')}\r\nCookie: {cookies}\r\n"
                f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n\r\n".encode()
                + begun
            )
            if not begun:
                assert b" 413 " in line.recv(65_536).partition(b"\r\n")[0]
    assert not within(1, ContactImport.objects.exists)


def test_several_files_go_along_with_a_mail_at_the_address_of_any_ticket(server: Web) -> None:
    playbooks.ensure_default()
    ticket, path = make_ticket(make_survey(), 3, contact=make_contact(1)), "/desk/tickets/{}/mail/write/"
    token, cookies = token_and_cookies(server, make_user("bo"), path.format(ticket.pk))
    fields = {"csrfmiddlewaretoken": token, "subject": b"Plan", "text": b"Here it is."}
    parts = [b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (k.encode(), v) for k, v in fields.items()]
    parts += [
        b'Content-Disposition: form-data; name="attached"; filename="%d.bin"\r\n\r\n' % n + bytes([n]) * 2_000_000
        for n in (1, 2, 3)
    ]
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    with closing(client_to(server)) as client:
        client.request("POST", path.format(ticket.pk), body, headers={
            "Cookie": cookies, "Content-Type": "multipart/form-data; boundary=b", "Origin": server.url,
        })  # fmt: skip
        answer = client.getresponse()
        said = answer.read().decode()
    assert answer.status == 303, said
    assert list(Attachment.objects.values_list("name", "size")) == [(f"{n}.bin", 2_000_000) for n in (1, 2, 3)]
