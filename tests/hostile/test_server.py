"""A web server that runs, and clients that do not mean well: slow, endless, malformed, guessing. Others are served."""

import contextlib
import http.client
import secrets
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from nps_project.accounts.links import make_token
from surveys.models import Invitation, Response
from surveys.services.invitations import create_invitation
from tests import services
from tests.factories import make_contact, make_survey, make_user
from tests.faults.programs import Web, web
from tests.hostile import MORE, budget

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 3.0  # an ordinary answer, while others do their worst
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def strict(django_db_setup: None) -> Iterator[Web]:
    """The one of `make run` and of the image, with few answers a minute, behind a proxy that is trusted."""
    with web(ANSWERS_PER_MINUTE="30", TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.fixture
def server(strict: Web) -> Web:
    """With a live survey, of which nothing was answered yet."""
    services.valkey().flushall()
    make_survey("autumn")
    return strict


def port_of(server: Web) -> int:
    return int(server.url.rpartition(":")[2])


def connected(server: Web) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port_of(server)), timeout=5)
    made.settimeout(5)
    return made


def host(server: Web) -> bytes:
    return b"Host: 127.0.0.1:%d\r\n" % port_of(server)


def raw(server: Web, request: bytes, patience_s: float = 1) -> bytes:
    """All that comes back until the connection ends, or nothing more comes for so long."""
    said = b""
    with connected(server) as line, contextlib.suppress(OSError):
        with contextlib.suppress(OSError):  # an answer may come before all was sent
            line.sendall(request)
        line.settimeout(patience_s)
        while part := line.recv(65_536):
            said += part
    return said


def statuses(said: bytes) -> list[int]:
    return [int(line.split()[1]) for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.")]


def answer(server: Web, score: int = 3) -> float:
    """An ordinary customer looks and answers. Returns: how long it took, in seconds."""
    began = time.monotonic()
    client = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=20)
    with contextlib.closing(client):
        client.request("GET", "/s/autumn/")
        page = client.getresponse()
        assert (page.status, bool(page.read())) == (200, True)
        client.request("POST", "/s/autumn/", urlencode({"score": score}), {"Content-Type": FORM[14:-2].decode()})
        assert client.getresponse().status == 303
    return time.monotonic() - began


def memory_mb(server: Web) -> float:
    """Resident memory of the server and all that it started."""
    pids = [server.program.process.pid]
    for pid in pids:
        pids += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * 4096 / 1e6


@pytest.mark.parametrize("begun", [b"X-Slow: ", FORM + b"Content-Length: 200\r\n\r\nscore=3&comment="])
def test_fifty_slow_clients_keep_nobody_waiting(server: Web, begun: bytes) -> None:
    """A byte a second of a header, or of a body."""
    seconds = budget(2, 4)
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(connected(server)) for _number in range(50)]
        for line in lines:
            line.sendall(b"POST /s/autumn/ HTTP/1.1\r\n" + host(server) + begun)
        for _second in range(seconds):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(b"x")
            assert answer(server) < PATIENCE_S
            time.sleep(1)
    assert Response.objects.count() == seconds


def test_a_body_in_pieces_is_read_to_its_end(server: Web) -> None:
    """Without a length: its last piece tells the end from the loss of the connection."""
    head = b"POST /s/autumn/ HTTP/1.1\r\n" + host(server) + FORM
    head += b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert statuses(raw(server, head + b"8\r\nscore=3&\r\n9\r\ncomment=a\r\n0\r\n\r\n", 10)) == [303]
    with connected(server) as line:
        line.sendall(head + b"8\r\nscore=3&\r\n9\r\ncomment=b\r\n")
    assert statuses(raw(server, head + b"%x\r\ncomment=%s\r\n0\r\n\r\n" % (300_008, b"x" * 300_000), 10)) == [413]
    time.sleep(0.5)
    assert [response.comment for response in Response.objects.all()] == ["a"]


def test_half_a_body_is_no_answer(server: Web) -> None:
    """Neither a form nor a multipart one nor JSON; and who holds a thread lets it go by leaving."""
    part = b'--b\r\nContent-Disposition: form-data; name="score"\r\n\r\n3\r\n'
    kinds = {FORM: b"score=3&comment=half", b"Content-Type: multipart/form-data; boundary=b\r\n": part}
    with contextlib.ExitStack() as stack:
        for kind, body in kinds.items():
            for _number in range(15):
                line = stack.enter_context(connected(server))
                line.sendall(
                    b"POST /s/autumn/ HTTP/1.1\r\n" + host(server) + kind + b"Content-Length: 1000\r\n\r\n" + body
                )
        time.sleep(0.5)
    assert answer(server) < 2 * PATIENCE_S
    time.sleep(0.5)
    assert Response.objects.count() == 1
    assert b"Traceback" not in server.program.said().encode(), server.program.said()[-3000:]


def shapes(server: Web) -> dict[str, bytes]:
    """Requests that are none, or two in one."""
    head, get = b"POST /s/autumn/ HTTP/1.1\r\n" + host(server) + FORM, b"GET /login/ HTTP/1.1\r\n" + host(server)
    chunked = b"Transfer-Encoding: chunked\r\n"
    return {
        "both lengths, the shorter last": (
            head + b"Content-Length: 6\r\n" + chunked + b"\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
        ),
        "both lengths": head + chunked + b"Content-Length: 4\r\n\r\n5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n",
        "two lengths": head + b"Content-Length: 7\r\nContent-Length: 0\r\n\r\nscore=3",
        "two lengths in one": head + b"Content-Length: 7, 0\r\n\r\nscore=3",
        "a negative length": head + b"Content-Length: -5\r\n\r\nscore=3",
        "an absurd length": head + b"Content-Length: 99999999999999999999999\r\n\r\nscore=3",
        "a length in words": head + b"Content-Length: +7\r\n\r\nscore=3",
        "an unknown coding": head + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "a hidden coding": head + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        "a bad chunk": head + chunked + b"\r\nZZZ\r\nscore=3\r\n0\r\n\r\n",
        "a negative chunk": head + chunked + b"\r\n-7\r\nscore=3\r\n0\r\n\r\n",
        "a chunk of 2**64": head + chunked + b"\r\n10000000000000007\r\nscore=3\r\n0\r\n\r\n",
        "an endless chunk name": head + chunked + b"\r\n7;" + b"a" * 300_000,
        "no version": b"GET /login/\r\n\r\n",
        "version 9.9": b"GET /login/ HTTP/9.9\r\n\r\n",
        "no host": b"GET /login/ HTTP/1.1\r\n\r\n",
        "two hosts": get + b"Host: evil.example\r\n\r\n",
        "another's address": b"GET http://evil.example/login/ HTTP/1.1\r\n" + host(server) + b"\r\n",
        "a host of bytes": b"GET /login/ HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        "a header of 2 MB": get + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        "20,000 headers": get + b"X-A: a\r\n" * 20_000 + b"\r\n",
        "NUL in a header": get + b"X-A: a\0b\r\n\r\n",
        "a folded header": get + b"X-A: a\r\n b\r\n\r\n",
        "a space before the colon": get + b"X-A : a\r\n\r\n",
        "a bare line feed": b"GET /login/ HTTP/1.1\n" + host(server) + b"\n\n",
        "cookies of bytes": get + b"Cookie: sessionid=\xff\xfe; csrftoken=\x80\r\nAccept-Language: \xff\r\n\r\n",
        "a path of 300,000": b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n" + host(server) + b"\r\n",
        "a path of bytes": b"GET /s/\xff\xfe\x00/ HTTP/1.1\r\n" + host(server) + b"\r\n",
        "a star": b"OPTIONS * HTTP/1.1\r\n" + host(server) + b"\r\n",
        "CONNECT": b"CONNECT evil.example:80 HTTP/1.1\r\n" + host(server) + b"\r\n",
        "TRACE": b"TRACE /login/ HTTP/1.1\r\n" + host(server) + b"X-Secret: Zarathustra\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500,
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 100,
        "rubbish behind a request": get + b"\r\n\x00\xff\xfe rubbish\r\n\r\n",
        "200 requests in a row": (get + b"\r\n") * 200,
        "nothing": b"",
        "line feeds": b"\r\n" * 50_000,
    }  # fmt: skip


def test_what_is_no_request_is_refused_and_harms_nobody(server: Web) -> None:
    made = shapes(server)
    with ThreadPoolExecutor(20) as pool:
        answers = dict(zip(made, pool.map(lambda request: raw(server, request), made.values()), strict=True))
    seen = Counter(status for said in answers.values() for status in statuses(said))
    print(f"{len(made)} shapes: {dict(seen)}")
    assert not [status for status in seen if status >= 500 and status != 501], seen  # 501: a coding it does not know
    for name in ("both lengths, the shorter last", "both lengths", "two lengths", "a chunk of 2**64"):
        assert len(statuses(answers[name])) <= 1, (name, answers[name])  # one answer: nothing was smuggled in
        assert statuses(answers[name]) != [303], name
    assert not any(b"Zarathustra" in said or b"evil.example" in said for said in answers.values())
    assert Response.objects.count() == 0
    assert answer(server) < PATIENCE_S
    assert server.program.process.poll() is None


def test_large_bodies_cost_no_memory(server: Web) -> None:
    link = create_invitation(survey=make_survey("other"), contact=make_contact(1))
    paths = ["/s/autumn/", "/s/nothing/", f"/r/{make_token('r', link.public_id)}/", "/t/nothing/", "/login/",
             "/healthz", "/api/v1/responses/", "/nothing/", "/static/x.css", "/admin/login/"]  # fmt: skip
    for path in paths:
        answer(server)  # each process has begun
        raw(
            server,
            b"POST "
            + path.encode()
            + b" HTTP/1.1\r\n"
            + host(server)
            + FORM
            + b"Connection: close\r\nContent-Length: 7\r\n\r\nscore=x",
        )
    before, body = memory_mb(server), b"score=3&comment=" + b"x" * 10_000_000

    def send(path: str) -> list[int]:
        head = b"POST " + path.encode() + b" HTTP/1.1\r\n" + host(server) + FORM + b"Connection: close\r\n"
        return statuses(raw(server, head + b"Content-Length: %d\r\n\r\n" % len(body) + body))

    with ThreadPoolExecutor(4) as pool:
        seen = Counter(status for found in pool.map(send, paths * MORE) for status in found)
    after = memory_mb(server)
    print(f"{len(paths) * MORE} bodies of 10 MB: {dict(seen)}; memory {before:.0f} MB, then {after:.0f} MB")
    assert not [status for status in seen if status >= 500], seen
    assert after - before < 60
    assert answer(server) < PATIENCE_S


def guesses(server: Web, paths: list[str]) -> tuple[Counter[int], list[float]]:
    """The statuses, and how long each took in seconds, over one connection."""
    seen, took = Counter[int](), []
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=20)) as client:
        for path in paths:
            began = time.perf_counter()
            client.request("GET", path)
            found = client.getresponse()
            found.read()
            took.append(time.perf_counter() - began)
            seen[found.status] += 1
    return seen, took


def test_guessing_at_tokens_finds_nothing_and_learns_nothing(server: Web) -> None:
    link = create_invitation(survey=make_survey("other"), contact=make_contact(1))
    genuine = make_token("r", link.public_id)
    each = 150 * MORE
    kinds: dict[str, list[str]] = {
        "malformed": [f"/{kind}/{secrets.token_urlsafe(20)}/" for kind in "rt" for _number in range(each)],
        "badly signed": [f"/{kind}/{secrets.token_urlsafe(32)}/" for kind in "rt" for _number in range(each)],
        "nearly right": [f"/r/{genuine[:22]}{secrets.token_urlsafe(16)[:21]}/" for _number in range(2 * each)],
        "of another purpose": [f"/t/{genuine}/" for _number in range(2 * each)],
    }
    guesses(server, kinds["malformed"][:40])  # each process has begun
    medians = {}
    for name, paths in kinds.items():
        seen, took = guesses(server, paths)
        assert set(seen) == {404}, (name, seen)
        medians[name] = statistics.median(took)
    print({name: f"{1000 * median:.2f} ms" for name, median in medians.items()}, f"{8 * each} guesses")
    signed = [medians["badly signed"], medians["nearly right"], medians["of another purpose"]]
    assert max(signed) - min(signed) < 0.005  # whether the row is there makes no difference
    assert max(medians.values()) < 0.1
    assert Invitation.objects.get().status == "created"


def test_limits_hold_for_answers_and_for_guesses_at_passwords(server: Web) -> None:
    make_user("ada", "admin")
    seen = Counter[int]()
    client = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=20)
    with contextlib.closing(client):
        for _number in range(70):  # two windows of a minute at most
            headers = {"Content-Type": FORM[14:-2].decode(), "X-Forwarded-For": "192.0.2.7"}
            client.request("POST", "/s/autumn/", "score=9", headers)
            found = client.getresponse()
            found.read()
            seen[found.status] += 1
    assert set(seen) == {303, 429}
    assert 30 <= seen[303] <= 60
    assert Response.objects.count() == seen[303]

    page = raw(server, b"GET /login/ HTTP/1.0\r\n" + host(server) + b"\r\n").decode()
    csrf = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = page.partition("csrftoken=")[2].partition(";")[0]
    tries = Counter[int]()
    for number in range(30):
        form = urlencode(
            {"csrfmiddlewaretoken": csrf, "email": "ada@example.com", "password": f"guess {number}"}
        ).encode()
        head = (
            b"POST /login/ HTTP/1.0\r\n"
            + host(server)
            + FORM
            + f"Cookie: csrftoken={cookie}\r\nX-Forwarded-For: 192.0.2.7\r\n".encode()
        )
        tries.update(statuses(raw(server, head + b"Content-Length: %d\r\n\r\n" % len(form) + form)))
    assert set(tries) == {422, 429}, tries
    assert tries[422] <= 20
