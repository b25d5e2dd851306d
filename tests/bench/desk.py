"""The manager's two pages at a thousand and at a hundred thousand open tickets: as fast, in as many queries."""

import json
import re
import socket
import statistics
import time
from dataclasses import dataclass

from tests.bench import watching
from tests.bench.figures import Figure
from tests.bench.filling import EMPTY, POLL
from tests.bench.stage import Program, Stage

SMALL, MANY = 1_000, 100_000
REQUESTS, WARM = 60, 10
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Side:
    """One size: its web server, the pages, each with its path and a cookie, and how many queries each takes."""

    tickets: int
    web: Program
    pages: dict[str, tuple[str, str]]
    queries: dict[str, int]


def measure(stage: Stage, large: int | None = None) -> list[Figure]:
    """For each page one figure for its time and one for its queries; as many again for `large` against 100,000.

    And for the three pages of the day their time as a multiple of that of a page without content, and what it
    costs that many people have the desk open.
    """
    sizes = [SMALL, MANY, *([large] if large else [])]
    sides = [make_side(stage, size) for size in sizes]
    times: dict[tuple[int, str], list[float]] = {}
    tags: dict[tuple[int, str], str] = {}
    for number in range(WARM + REQUESTS):
        for side in sides:  # in turns, so that a slow moment of the machine meets all of them
            for name in side.pages:
                took = take(side, name, tags)
                if number >= WARM:
                    times.setdefault((side.tickets, name), []).append(took)
    figures = []
    for fewer, more in zip(sides, sides[1:], strict=False):
        for name in fewer.pages:
            one, other = (1000 * statistics.median(times[side.tickets, name]) for side in (fewer, more))
            made_of = f"{name} at {more.tickets:,} / {fewer.tickets:,} open tickets"
            figures.append(Figure(made_of, other / one, at_most=1.2,
                                  detail=f"median {other:.1f} / {one:.1f} ms of {REQUESTS}"))  # fmt: skip
            queries = fewer.queries[name], more.queries[name]
            figures.append(Figure(f"queries of {name}", queries[1] / queries[0], at_least=1, at_most=1,
                                  detail=f"{queries[1]} / {queries[0]}"))  # fmt: skip
    largest = sides[-1]
    empty = 1000 * statistics.median(times[largest.tickets, EMPTY])
    for name in ("/desk/", "/desk/tickets/<id>/", "/desk/answers/"):
        took = 1000 * statistics.median(times[largest.tickets, name])
        figures.append(Figure(f"{name} / {EMPTY}", took / empty, at_most=6,
                              detail=f"{took:.1f} / {empty:.1f} ms, {largest.queries[name]} queries"))  # fmt: skip
    looks = 1000 * statistics.median(times[largest.tickets, POLL])
    people = f"200 people look each 10 s: {200 / 10 * looks / 10:.0f} % of a core"
    figures.append(Figure(f"{POLL} / 5 ms", looks / 5, at_most=1, detail=f"{looks:.1f} ms; {people}"))
    for side in sides:
        side.web.stop()
    return [*figures, watching.measure(stage, database_of(largest.tickets), largest.tickets)]


def database_of(tickets: int) -> str:
    """The name of the database with so many open tickets."""
    return f"desk{tickets}"


def make_side(stage: Stage, tickets: int) -> Side:
    """A database with so many open tickets, and a web server on it."""
    began = time.monotonic()
    database = database_of(tickets)
    settings = {"DATABASE_URL": stage.database_url(database)}
    told = json.loads(stage.fill(database, "tests.bench.filling", tickets))
    stage.query("VACUUM ANALYZE", database)
    stage.query("CHECKPOINT")
    web = stage.web(database, "/healthz", **settings)
    print(f"  {tickets:,} open tickets made in {time.monotonic() - began:.0f} s", flush=True)
    return Side(tickets, web, told["pages"], told["queries"])


def take(side: Side, name: str, tags: dict[tuple[int, str], str] | None = None) -> float:
    """Seconds until the whole page was there. Raises: RuntimeError for another answer than 200, or than 304 where
    `tags` has the tag of the page's last answer, as the desk's script sends it.
    """
    path, cookie = side.pages[name]
    head = [f"Host: 127.0.0.1:{side.web.port}", f"Cookie: {cookie}", "Connection: close"]
    known = tags.get((side.tickets, name)) if tags is not None and name == POLL else None
    head += [f"If-None-Match: {known}"] if known else []
    request = "\r\n".join([f"GET {path} HTTP/1.1", *head, "", ""])
    with socket.create_connection(("127.0.0.1", side.web.port), PATIENCE_S) as connection:
        began = time.perf_counter()
        connection.sendall(request.encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        took = time.perf_counter() - began
    page = b"".join(parts)
    found = re.search(rb"(?i)^etag: (\S+)\r$", page.split(b"\r\n\r\n")[0], re.MULTILINE)
    if tags is not None and found:
        tags[side.tickets, name] = found[1].decode()
    if not page.startswith((b"HTTP/1.1 200", *((b"HTTP/1.1 304",) if known else ()))):
        raise RuntimeError(f"{path} at {side.tickets:,} tickets: {page[:60]!r}")
    return took
