"""Dispatching ids to workers: nobody waits for it, ids travel together, lost ones are counted."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from followup.tasks import open_tickets
from nps_project.background import dispatch
from nps_project.background.dispatch import Dispatcher
from nps_project.celery import app
from tests import services


class Task:
    """Notes what is sent; `gate` holds it up, `fault` makes it fail."""

    name = "tests.task"

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fault: Exception | None = None

    def apply_async(self, arguments: tuple[list[int]], **_options: Any) -> None:
        assert self.gate.wait(10)
        if self.fault:
            raise self.fault
        self.sent.append(arguments[0])


@pytest.fixture
def task() -> Iterator[Task]:
    made = Task()
    yield made
    made.gate.set()


def test_ids_that_wait_together_travel_as_one_message(task: Task) -> None:
    dispatcher = Dispatcher()
    task.gate.clear()
    for number in range(250):
        dispatcher.soon(task, number)
    task.gate.set()
    assert dispatcher.flush(5)
    assert sorted(sum(task.sent, [])) == list(range(250))
    assert len(task.sent) <= 4
    assert max(map(len, task.sent)) <= dispatch.BATCH
    assert dispatcher.dropped == 0


def test_dispatching_waits_for_nobody_and_a_full_queue_drops(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "CAPACITY", 50)
    dispatcher = Dispatcher()
    task.gate.clear()
    began = time.monotonic()
    for number in range(500):
        dispatcher.soon(task, number)
    assert time.monotonic() - began < 0.5
    assert 500 - dispatch.BATCH - 50 <= dispatcher.dropped <= 450
    assert not dispatcher.flush(0.1), "time ran out"
    task.gate.set()
    assert dispatcher.flush(5)
    assert len(sum(task.sent, [])) == 500 - dispatcher.dropped


def test_a_broker_that_is_gone_costs_a_line_and_the_next_id_is_tried(
    task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    dispatcher = Dispatcher()
    task.fault = ConnectionError("nobody there")
    dispatcher.soon(task, 1)
    assert dispatcher.flush(5)
    assert dispatcher.dropped == 1
    assert "1 ids for tests.task not dispatched: ConnectionError" in caplog.text
    task.fault = None
    dispatcher.soon(task, 2)
    assert dispatcher.flush(5)
    assert task.sent == [[2]]


def test_no_thread_before_the_first_id(task: Task) -> None:
    def threads() -> int:
        return sum(thread.name == "dispatch" for thread in threading.enumerate())

    before = threads()
    dispatcher = Dispatcher()
    assert threads() == before
    for number in range(2):
        dispatcher.soon(task, number)
        assert dispatcher.flush(5)
    assert threads() == before + 1


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_with_the_real_broker_gone_or_hung_it_returns_at_once(how: str) -> None:
    broker = services.valkey()
    dispatcher = Dispatcher()
    getattr(broker, how)()
    try:
        began = time.monotonic()
        dispatcher.soon(open_tickets, 1)
        assert time.monotonic() - began < 0.1
    finally:
        broker.resume()
        broker.revive()
        assert dispatcher.flush(10)
        app.control.purge()


def test_a_fork_has_a_thread_of_its_own_and_sends_what_waits_before_it_ends() -> None:
    """A child of a process that has dispatched before: it dispatches and exits at once, as a command does."""
    services.valkey().flushall()
    dispatcher = Dispatcher()
    dispatcher.soon(open_tickets, 1)
    assert dispatcher.flush()
    child = os.fork()
    if child == 0:
        try:
            dispatcher.soon(open_tickets, 7)
            os._exit(0 if dispatcher.flush() else 1)
        except BaseException:  # noqa: BLE001  (a child of the tests must not go on as one)
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client = services.valkey().client()
    assert client.llen("urgent") == 2
    client.close()
    services.valkey().flushall()


def test_pauses_follow_the_rate_of_answers_and_not_the_last_message() -> None:
    """After a long pause at a moderate rate many ids wait: had these alone told, each pause would have been long."""
    for rate in (1, 25, 50, 100):
        for within_s in (dispatch.PAUSE_S, dispatch.LONG_PAUSE_S, 60.0):
            ids = min(int(rate * within_s), dispatch.BATCH - 1)
            assert dispatch.pause_s(ids, within_s) == dispatch.PAUSE_S
    assert dispatch.pause_s(int(400 * dispatch.LONG_PAUSE_S), dispatch.LONG_PAUSE_S) == dispatch.LONG_PAUSE_S
    assert dispatch.pause_s(dispatch.BATCH, dispatch.LONG_PAUSE_S) == 0
