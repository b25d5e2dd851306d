"""The arithmetic of `make bench`, its table and its load generator; what it measures is no test."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.bench.figures import Figure, percentile, share_within, table
from tests.bench.load import Done, Job, drive


@pytest.mark.parametrize(
    ("figure", "verdict", "budget"),
    [
        (Figure("x", 1.2, at_least=1.2), "ok", ">= 1.2"),
        (Figure("x", 1.19, at_least=1.2), "MISSED", ">= 1.2"),
        (Figure("x", 1.2, at_most=1.2), "ok", "<= 1.2"),
        (Figure("x", 1.21, at_most=1.2), "MISSED", "<= 1.2"),
        (Figure("x", 1, at_least=1, at_most=1), "ok", ">= 1, <= 1"),
        (Figure("x", float("nan"), at_least=0.07), "MISSED", ">= 0.07"),
        (Figure("x", float("nan"), at_most=0.07), "MISSED", "<= 0.07"),
        (Figure("x", 0.1), "shown", ""),
    ],
)
def test_a_figure_is_held_against_its_budget(figure: Figure, verdict: str, budget: str) -> None:
    assert (figure.verdict, figure.budget) == (verdict, budget)


def test_the_table_has_a_line_for_each_figure_in_columns() -> None:
    lines = table([Figure("answers / inserts", 0.0712, at_least=0.07, detail="700 / 9831"), Figure("b", 12)]).split(
        "\n"
    )

    assert len(lines) == 3
    assert lines[1].split() == ["answers", "/", "inserts", "0.071", ">=", "0.07", "ok", "700", "/", "9831"]
    assert lines[0].index("budget") == lines[1].index(">=")
    assert lines[2].endswith("shown")


def test_shares_and_percentiles() -> None:
    assert share_within([0.05, 0.051, 0.01, float("inf")], 0.05) == 0.5
    assert share_within([], 0.05) == 0.0
    assert percentile(list(range(1, 101)), 99) == 99
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0], 100) == 3.0
    assert percentile([7.0], 1) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


class Survey(socketserver.StreamRequestHandler):
    """A page with a hidden field in two pieces, and a form that wants its value and the cookie back."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            headers = {}
            while (header := self.rfile.readline()) != b"\r\n":
                name, _colon, value = header.decode().partition(":")
                headers[name.lower()] = value.strip()
            sent = self.rfile.read(int(headers.get("content-length", 0))).decode()
            if line.startswith(b"GET"):
                page = b'<input type="hidden" name="submission" value="abc">'
                head = b"HTTP/1.1 200 OK\r\nSet-Cookie: c=1; Path=/\r\nContent-Length: %d\r\n\r\n" % len(page)
                self.wfile.write(head + page[:30])
                self.wfile.flush()
                self.wfile.write(page[30:])
            elif headers.get("cookie") == "c=1" and sent.endswith("&submission=abc") and "score=9" in sent:
                self.wfile.write(b"HTTP/1.1 303 See Other\r\nLocation: /t/\r\nContent-Length: 0\r\n\r\n")
            else:
                self.wfile.write(b"HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Survey) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_the_load_generator_gives_whole_answers_at_the_asked_rate(port: int) -> None:
    done = drive(Job(port, "/s/x/", "submission", 1.0, 4, (9,), rate=20))

    assert not done.errors
    assert 1 <= done.answers <= 22
    assert done.per_second == pytest.approx(done.answers / done.seconds)


def test_the_load_generator_counts_what_was_refused(port: int) -> None:
    done = drive(Job(port, "/s/x/", "submission", 0.5, 2, (3,), rate=10))

    assert done.answers == 0
    assert set(done.errors) == {"POST 422"}
    assert Done().per_second == 0
