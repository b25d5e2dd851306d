"""What was dispatched is taken by a worker: all that waits at once, each id once."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from nps_project.background import dispatch, listening
from nps_project.background.listening import Listener
from nps_project.operations.logs import request_id
from tests import services
from tests.product import within


class Note:
    """A task that notes its ids with the request of its log lines, and those that it is to do later."""

    def __init__(self) -> None:
        self.done: list[tuple[list[int], str]] = []
        self.queued: list[list[int]] = []

    def __call__(self, row_ids: list[int]) -> None:
        self.done.append((row_ids, request_id.get()))
        if 13 in row_ids:
            raise ValueError("13")
        if 500 in row_ids:
            raise OperationalError("gone")

    def apply_async(self, given: tuple[list[int]], **_more: object) -> None:
        self.queued.append(given[0])


@pytest.fixture
def note() -> Iterator[Note]:
    services.valkey().flushall()
    yield Note()
    services.valkey().revive()
    services.valkey().flushall()


@pytest.fixture
def listener(note: Note, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setattr(listening, "LOOK_S", 0.1)
    app: Any = SimpleNamespace(tasks={"tests.note": note})
    made = Listener(app)
    yield made
    made.wait()


def test_all_that_waits_is_taken_at_once_and_what_comes_at_once(note: Note, listener: Listener) -> None:
    for number in range(3):
        dispatch.send("tests.note", [number, 100 + number], f"request-{number}")
    listener.start()
    assert within(5, lambda: len(note.done) == 1)
    assert note.done == [([0, 100, 1, 101, 2, 102], "request-0,request-1,request-2")]
    dispatch.send("tests.note", [13], "a")  # which fails
    dispatch.send("tests.of_a_newer_release", [1], "a")
    dispatch.send("tests.note", [7], "b")
    assert within(5, lambda: note.done[-1][0][-1] == 7)
    listener.wait()
    dispatch.send("tests.note", [8], "c")
    assert not within(0.3, lambda: note.done[-1][0][-1] == 8), "a worker that ends takes nothing more"


@pytest.mark.parametrize(
    "entry", ["no JSON", "5", '["tests.note"]', '["tests.note", 5, ""]', '["tests.note", ["x"], ""]']
)
def test_an_entry_that_nobody_understands_stops_nobody_elses(note: Note, listener: Listener, entry: str) -> None:
    client = services.valkey().client()
    client.rpush(dispatch.LIST, entry)
    client.close()
    dispatch.send("tests.note", [1], "a")
    listener.start()
    assert within(5, lambda: note.done == [([1], "a")])


def test_where_the_database_fails_the_ids_go_to_the_queue(note: Note, listener: Listener) -> None:
    dispatch.send("tests.note", [500, 501], "")
    listener.start()
    assert within(5, lambda: note.queued == [[500, 501]])


def test_a_broker_that_comes_back_is_listened_to(
    note: Note, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "AWAY_S", 0.1)
    listener.start()
    services.valkey().stop()
    services.valkey().revive()
    dispatch.send("tests.note", [1], "")
    assert within(10, lambda: bool(note.done))


def test_without_a_worker_the_list_has_an_end(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MOST_WAITING", 3)
    for number in range(5):
        dispatch.send("tests.note", [number], "")
    client = services.valkey().client()
    waiting: Any = client.lrange(dispatch.LIST, 0, -1)
    assert [json.loads(entry)[1] for entry in waiting] == [[2], [3], [4]]
    client.close()
