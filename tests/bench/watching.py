"""What it costs that 200 people have the desk open while tickets come and are worked on: half a core at most.

They look as the desk's script does (static/js/desk.js, from which its pauses are read): each asks every ten seconds
what is new, with the tag of the last answer, and draws the page anew when its lines changed, or after a minute. All see
the same queue, so that each note on one of its first tickets changes everybody's page: the dearest case.
`python -m tests.bench.watching 200` makes the people in the database of DATABASE_URL and prints who they are, as JSON.
"""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any
from urllib.parse import urlencode

import django
import psutil  # type: ignore[import-untyped]  # it ships no types

from tests.bench.answering import SLUG
from tests.bench.figures import Figure
from tests.bench.marked import database_process, processor_s
from tests.bench.stage import Program, Stage
from tests.product import CHECKOUT

PEOPLE, SECONDS, WARM_S = 200, 60.0, 20.0
EACH_S = 2.0  # between two answers of unhappy customers, and between two notes on tickets that everybody sees
PATIENCE_S = 30.0
CORES = 0.5
_SCRIPT = (CHECKOUT / "static" / "js" / "desk.js").read_text()


def _pause(name: str) -> float:
    """A pause of the script, in seconds."""
    found = re.search(rf"const {name} = (\d+);", _SCRIPT)
    assert found is not None, name
    return int(found[1]) / 1000


EVERY_S, WHOLE_PAGE_S, REDRAW_S = map(_pause, ("EVERY_MS", "WHOLE_PAGE_MS", "REDRAW_MS"))


@dataclass(slots=True)
class Person:
    """One browser with the desk open."""

    port: int
    cookie: str
    connection: HTTPConnection | None = None
    live: str = ""
    fingerprint: str = ""
    tag: str = ""
    tickets: list[str] = field(default_factory=list)
    drawn_at: float = 0.0
    pages: int = 0
    looks: int = 0
    unchanged: int = 0  # of the looks

    def draw(self) -> None:
        """The whole page."""
        status, _tag, body = self._get("/desk/")
        page = body.decode()
        live, shown = re.search(r'data-live="([^"]*)" data-fingerprint="([^"]*)"', page), time.monotonic()
        if status != 200 or live is None:
            raise RuntimeError(f"/desk/: {status}")
        self.live, self.fingerprint, self.drawn_at = live[1].replace("&amp;", "&"), live[2], shown
        self.tickets = re.findall(r'data-ticket="(\d+)"', page)
        self.pages += 1

    def look(self) -> None:
        """As the function of that name in the script."""
        if time.monotonic() - self.drawn_at > WHOLE_PAGE_S:
            self.draw()
            return
        status, tag, body = self._get(self.live, self.tag)
        self.looks += 1
        if status == 304:
            self.unchanged += 1
            return
        if status != 200:
            raise RuntimeError(f"{self.live}: {status}")
        self.tag = tag
        if json.loads(body)["fingerprint"] != self.fingerprint and time.monotonic() - self.drawn_at >= REDRAW_S:
            self.draw()

    def _get(self, path: str, tag: str = "") -> tuple[int, str, bytes]:
        head = {"Cookie": self.cookie, "X-Requested-With": "fetch"} | ({"If-None-Match": tag} if tag else {})
        for is_last in (False, True):  # the server closes a connection that was not used for a while
            self.connection = self.connection or HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
            try:
                self.connection.request("GET", path, headers=head)
                answer = self.connection.getresponse()
                return answer.status, answer.getheader("ETag", ""), answer.read()
            except (HTTPException, OSError):
                self.connection.close()
                self.connection = None
                if is_last:
                    raise
        raise AssertionError


def measure(stage: Stage, database: str, tickets: int) -> Figure:
    """The cores that web server, database and broker took, in a database with so many open tickets."""
    told = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.bench.watching", str(PEOPLE)], stdout=subprocess.PIPE, text=True, check=True,
            env=os.environ | {"DATABASE_URL": stage.database_url(database)},
        ).stdout.splitlines()[-1]
    )  # fmt: skip
    product = stage.product("watching", DATABASE_URL=stage.database_url(database))
    people = [Person(product.port, cookie) for cookie in told["cookies"]]
    _watch(people, WARM_S, told["key"])
    before, asked_before = _taken(stage, product), _asked(people)
    began = time.monotonic()
    _watch(people, SECONDS, told["key"])
    took = time.monotonic() - began
    asked = [now - then for now, then in zip(_asked(people), asked_before, strict=True)]
    spent = {name: (seconds - before[name]) / took for name, seconds in _taken(stage, product).items()}
    product.stop()
    workers = spent.pop("workers")
    made_of = ", ".join(f"{name} {cores:.2f}" for name, cores in spent.items())
    return Figure(
        f"cores that {PEOPLE} people take who have the desk open, {tickets:,} open tickets", sum(spent.values()),
        at_most=CORES,
        detail=f"{made_of}; in {took:.0f} s {asked[0]} pages and {asked[1]} looks, {asked[2]} of them unchanged; "
               f"beside it workers and beat {workers:.2f}",
    )  # fmt: skip


def _asked(people: list[Person]) -> tuple[int, int, int]:
    """Pages, looks, and looks that found nothing new."""
    return sum(one.pages for one in people), sum(one.looks for one in people), sum(one.unchanged for one in people)


def _watch(people: list[Person], seconds: float, key: str) -> None:
    """Each person looks in their turn, and between them customers answer and a colleague writes notes."""
    random, port = Random(1), people[0].port
    began = time.monotonic()
    turns = [(began + EVERY_S * place / len(people), person) for place, person in enumerate(people)]
    works, beside = began, 0
    with ThreadPoolExecutor(8) as pool:
        under_way: list[Any] = []
        while (now := time.monotonic()) < began + seconds:
            at, person = turns[0]
            if works <= min(at, now):
                shown = [pk for one in people for pk in one.tickets[:30]] if beside % 2 else []
                under_way.append(pool.submit(_note, port, random.choice(shown), key) if shown
                                 else pool.submit(_answer, port))  # fmt: skip
                works, beside = works + EACH_S / 2, beside + 1
                continue
            if at > now:
                time.sleep(min(at, works) - now)
                continue
            turns = [*turns[1:], (at + EVERY_S, person)]
            under_way.append(pool.submit(person.look))
        for one in under_way:
            one.result()


def _answer(port: int) -> None:
    _post(port, f"/s/{SLUG}/", urlencode({"score": 1, "comment": "No call came.", "contact_email": "a@example.com"}),
          {"Content-Type": "application/x-www-form-urlencoded"}, 303)  # fmt: skip


def _note(port: int, ticket: str, key: str) -> None:
    head = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    _post(port, f"/api/v1/tickets/{ticket}/notes/", json.dumps({"text": "Called, line was busy."}), head, 201)


def _post(port: int, path: str, body: str, head: dict[str, str], wanted: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("POST", path, body, head)
    answer = connection.getresponse()
    if answer.status != wanted:
        raise RuntimeError(f"POST {path}: {answer.status} {answer.read()[:200]!r}")
    connection.close()


def _taken(stage: Stage, product: Program) -> dict[str, float]:
    """Seconds of the processor so far."""
    children = psutil.Process(product.process.pid).children()
    is_web = {child: "nps_project.serve" in " ".join(child.cmdline()) for child in children}
    valkey = stage.services.valkey
    assert valkey is not None
    assert valkey.process is not None
    return {
        "web": sum(processor_s(child) for child in children if is_web[child]),
        "database": processor_s(database_process(stage)),
        "broker": processor_s(psutil.Process(valkey.process.pid)),
        "workers": sum(processor_s(child) for child in children if not is_web[child]),
    }


def main() -> None:
    """Make the people."""
    django.setup()
    from django.conf import settings
    from django.test import Client

    from nps_project.accounts.keys import create_api_key
    from nps_project.accounts.models import User
    from tests.bench.answering import make_survey

    make_survey()
    people = User.objects.bulk_create(
        User(email=f"watcher{number}@example.com", name=f"Watcher {number}", role="manager", all_teams=True)
        for number in range(int(sys.argv[1]))
    )
    cookies = []
    for person in people:
        client = Client()
        client.force_login(person)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    _key, token = create_api_key(name="Colleague", scope="write")
    print(json.dumps({"cookies": cookies, "key": token}))


if __name__ == "__main__":
    main()
