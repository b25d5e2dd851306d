"""Hints to workers: never waited for, travelling together, counted when they are lost."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from followup.tasks import open_tickets
from nps_project.background import dispatch
from nps_project.background.dispatch import Waker
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


def test_hints_that_wait_together_travel_as_one_message(task: Task) -> None:
    waker = Waker()
    task.gate.clear()
    for number in range(250):
        waker.hint(task, number)
    task.gate.set()
    assert waker.flush(5)
    assert sorted(sum(task.sent, [])) == list(range(250))
    assert len(task.sent) <= 4
    assert max(map(len, task.sent)) <= dispatch.BATCH
    assert waker.dropped == 0


def test_a_hint_waits_for_nobody_and_a_full_queue_drops(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "CAPACITY", 50)
    waker = Waker()
    task.gate.clear()
    began = time.monotonic()
    for number in range(500):
        waker.hint(task, number)
    assert time.monotonic() - began < 0.5
    assert 500 - dispatch.BATCH - 50 <= waker.dropped <= 450
    assert not waker.flush(0.1), "time ran out"
    task.gate.set()
    assert waker.flush(5)
    assert len(sum(task.sent, [])) == 500 - waker.dropped


def test_a_broker_that_is_gone_costs_a_line_and_the_next_hint_is_tried(
    task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    waker = Waker()
    task.fault = ConnectionError("nobody there")
    waker.hint(task, 1)
    assert waker.flush(5)
    assert waker.dropped == 1
    assert "1 wake-ups of tests.task dropped: ConnectionError" in caplog.text
    task.fault = None
    waker.hint(task, 2)
    assert waker.flush(5)
    assert task.sent == [[2]]


def test_no_thread_before_the_first_hint_and_one_after_a_fork(task: Task) -> None:
    waker = Waker()
    assert waker._pid == 0
    waker.hint(task, 1)
    assert waker.flush(5)
    own = waker._queue
    waker._pid = os.getpid() + 1  # as a fork finds it
    waker.hint(task, 2)
    assert waker._queue is not own
    assert waker.flush(5)
    assert task.sent == [[1], [2]]


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_with_the_real_broker_gone_or_hung_a_hint_returns_at_once(how: str) -> None:
    broker = services.valkey()
    waker = Waker()
    getattr(broker, how)()
    try:
        began = time.monotonic()
        waker.hint(open_tickets, 1)
        assert time.monotonic() - began < 0.1
    finally:
        broker.resume()
        broker.revive()
        assert waker.flush(10)
        app.control.purge()


def test_what_waits_is_sent_when_the_process_ends() -> None:
    """A process that hints and exits at once, as a command does."""
    services.valkey().flushall()
    child = os.fork()
    if child == 0:
        try:
            waker = Waker()
            waker.hint(open_tickets, 7)
            os._exit(0 if waker.flush() else 1)
        except BaseException:  # noqa: BLE001  (a child of the tests must not go on as one)
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client = services.valkey().client()
    assert client.llen("urgent") == 1
    client.close()
    services.valkey().flushall()
