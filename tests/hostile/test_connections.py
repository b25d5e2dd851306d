"""Connections that are held and not used: in every state they end, and whatever their number, others are served."""

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nps_project.web import connections
from tests.factories import make_survey
from tests.faults.programs import Web, web
from tests.hostile import quick_ends
from tests.hostile.test_server import answer, host, memory_mb, port_of
from tests.product import within
from tests.sizes import sized

pytestmark = pytest.mark.django_db(transaction=True)

STREAMS = {"DJANGO_SETTINGS_MODULE": "tests.hostile.quick_settings"}
PROXY = "127.0.9.9"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"


@pytest.fixture(scope="module")
def small(django_db_setup: None) -> Iterator[Web]:
    """With room for 64 connections in each of its two processes, 8 of them for one address, but for a proxy's."""
    with web(host="0.0.0.0", connections=64, TRUSTED_PROXIES=PROXY, **STREAMS) as running:  # noqa: S104  (all of loopback)
        yield running


@pytest.fixture
def server(small: Web) -> Web:
    make_survey("autumn")
    return small


def held(server: Web, begun: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
    """A connection on which somebody says so much, and no more."""
    line = socket.create_connection(("127.0.0.1", port_of(server)), timeout=5, source_address=(source, 0))
    with contextlib.suppress(OSError):  # it may have been ended already
        line.sendall(begun)
    return line


def states(server: Web) -> dict[str, tuple[bytes, float]]:
    """What a client may have said when it falls silent, and for how long the connection may then be held."""
    get = b"GET /s/autumn/ HTTP/1.1\r\n" + host(server)
    post = b"POST /s/autumn/ HTTP/1.1\r\n" + host(server) + b"Content-Length: 1000\r\n"
    pieces = post.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked")
    head, body = quick_ends.HEAD_WITHIN_S, quick_ends.BODY_WITHIN_S
    return {
        "nothing": (b"", head),
        "line feeds": (b"\r\n" * 5, head),
        "the preface of HTTP/2": (PREFACE, 1),
        "half a line": (b"GET /s/aut", head),
        "half a head": (get + b"Accept: text", head),
        "a head without its last line": (get, head),
        "half a body": (post + b"\r\nscore=3", body),
        "half a body in pieces": (pieces + b"\r\n7\r\nsco", body),
        "a refused body's rest": (post.replace(b"1000", b"10000000") + b"\r\nscore", quick_ends.REST_WITHIN_S),
        "a request": (get + b"\r\n", quick_ends.KEPT_FOR_S),
        "a request, then half of one": (get + b"\r\n" + get, quick_ends.HEAD_WITHIN_S),
        "a request and half a body": (get + b"\r\n" + post + b"\r\nsc", body),
    }  # fmt: skip


def seconds_held(line: socket.socket, most: float) -> float:
    """Until the server ends it, reading what comes meanwhile; `most` when it does not."""
    began = time.monotonic()
    with contextlib.suppress(OSError):
        while (left := began + most - time.monotonic()) > 0:
            line.settimeout(left)
            if not line.recv(65_536):
                break
    return time.monotonic() - began


def test_what_is_held_ends_in_every_state_but_for_a_trusted_proxy(server: Web) -> None:
    """Three cases, all of them waiting, at once: 62 connections, which one process has room for."""
    answer(server)
    with ThreadPoolExecutor() as pool:
        cases = [
            pool.submit(a_connection_ends_in_every_state_that_a_client_leaves_it_in, server),
            pool.submit(an_answer_that_nobody_reads_costs_little_memory_and_ends, server),
            pool.submit(a_trusted_proxy_has_no_share_and_its_connections_are_kept, server),
        ]
    faults = [str(case.exception()) for case in cases if case.exception()]
    assert not faults, "\n".join(faults)
    assert "Traceback" not in server.program.said()


def a_connection_ends_in_every_state_that_a_client_leaves_it_in(server: Web) -> None:
    told, body = states(server), quick_ends.BODY_WITHIN_S
    with contextlib.ExitStack() as stack:
        lines = [  # each from an address of its own
            stack.enter_context(held(server, begun, f"127.0.1.{number}"))
            for number, (begun, _within) in enumerate(told.values(), start=1)
        ]
        with ThreadPoolExecutor(len(lines)) as pool:
            took = dict(zip(told, pool.map(lambda line: seconds_held(line, body + 15), lines), strict=True))
    print({name: f"{seconds:.1f} s" for name, seconds in took.items()})
    slack = 2 * connections.LOOK_S + 3
    assert {name: seconds for name, seconds in took.items() if seconds > told[name][1] + slack} == {}
    early = {name for name, seconds in took.items() if seconds < told[name][1] - 1 and told[name][1] > 1}
    assert early == set()


def an_answer_that_nobody_reads_costs_little_memory_and_ends(server: Web) -> None:
    """Thirty of 200 MB each."""
    before = memory_mb(server)
    request = b"GET /wire/large/ HTTP/1.1\r\n" + host(server) + b"\r\n"
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(held(server, request, f"127.0.2.{number}")) for number in range(1, 31)]
        time.sleep(sized(3, 5))
        after = memory_mb(server)
        print(f"{len(lines)} answers unread: memory {before:.0f} MB, then {after:.0f} MB")
        assert after - before < 40
        assert answer(server) < 3
        assert within(quick_ends.READ_WITHIN_S + 5, lambda: not any(is_open(server, line) for line in lines))


def a_trusted_proxy_has_no_share_and_its_connections_are_kept(server: Web) -> None:
    with contextlib.ExitStack() as stack:
        get = b"GET /healthz HTTP/1.1\r\n" + host(server) + b"\r\n"
        lines = [stack.enter_context(held(server, get, PROXY)) for _number in range(20)]
        time.sleep(quick_ends.KEPT_FOR_S + 4)
        assert all(is_open(server, line) for line in lines)


def is_open(server: Web, line: socket.socket) -> bool:
    """Whether the server has its end of it, by the kernel's table."""
    address, port = line.getsockname()  # two addresses may use the same port
    mine = f"{int.from_bytes(socket.inet_aton(address), 'little'):08X}:{port:04X}"
    established = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()]
    return any(row[1].endswith(f":{port_of(server):04X}") and row[2] == mine and row[3] == "01"
               for row in established)  # fmt: skip


def test_silent_connections_of_one_address_take_its_share_and_no_more(server: Web) -> None:
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(held(server, begun)) for begun in (b"", PREFACE, b"GET /s/") * sized(25, 100)]
        assert answer(server) < 3  # of the same address
        assert asked_from("127.0.0.2", server) == 200
        time.sleep(2)
        assert sum(is_open(server, line) for line in lines) <= 2 * 64 // connections.SHARE


def test_more_silent_connections_than_it_takes_keep_nobody_out(server: Web) -> None:
    """From as many addresses as it wants: 240 (480) where 128 have room."""
    with contextlib.ExitStack() as stack:
        lines = [
            stack.enter_context(held(server, b"GET /s/", f"127.0.3.{number}"))
            for number in range(1, sized(31, 61))
            for _each in "12345678"
        ]
        for number in range(5):
            assert asked_from(f"127.0.4.{number + 1}", server) == 200
        assert answer(server) < 3
        time.sleep(2)
        assert sum(is_open(server, line) for line in lines) <= 128


def asked_from(source: str, server: Web) -> int:
    """The status that a customer gets there."""
    client = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=5, source_address=(source, 0))
    with contextlib.closing(client):
        client.request("GET", "/s/autumn/", headers={"Host": f"127.0.0.1:{port_of(server)}"})
        return client.getresponse().status


def test_a_head_without_an_end_is_refused(server: Web) -> None:
    with held(server, b"GET /s/autumn/ HTTP/1.1\r\n" + b"X-More: more\r\n" * 10_000) as line:
        assert within(5, lambda: not is_open(server, line))
