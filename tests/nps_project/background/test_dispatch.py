"""Dispatching ids to workers: nobody waits for it, ids travel together, lost ones are counted."""

import os
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from followup.tasks import open_tickets
from nps_project.background import dispatch
from nps_project.background.dispatch import Dispatcher, Flow
from tests import services


class Task:
    name = "tests.task"


class Broker:
    """Notes what is sent; `gate` holds it up, `fault` makes it fail."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fault: Exception | None = None

    def send(self, task: str, row_ids: Sequence[int], requests: str) -> None:
        assert self.gate.wait(10)
        if self.fault:
            raise self.fault
        self.sent.append(list(row_ids))


@pytest.fixture
def broker() -> Iterator[Broker]:
    made = Broker()
    yield made
    made.gate.set()


def test_ids_that_wait_together_travel_as_one_message(broker: Broker) -> None:
    dispatcher = Dispatcher(broker.send)
    broker.gate.clear()
    for number in range(250):
        dispatcher.soon(Task, number)
    broker.gate.set()
    assert dispatcher.flush(5)
    assert sorted(sum(broker.sent, [])) == list(range(250))
    assert len(broker.sent) <= 4
    assert max(map(len, broker.sent)) <= dispatch.BATCH
    assert dispatcher.dropped == 0


def test_dispatching_waits_for_nobody_and_a_full_queue_drops(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "CAPACITY", 50)
    dispatcher = Dispatcher(broker.send)
    broker.gate.clear()
    began = time.monotonic()
    for number in range(500):
        dispatcher.soon(Task, number)
    assert time.monotonic() - began < 0.5
    assert 500 - dispatch.BATCH - 50 <= dispatcher.dropped <= 450
    assert not dispatcher.flush(0.1), "time ran out"
    broker.gate.set()
    assert dispatcher.flush(5)
    assert len(sum(broker.sent, [])) == 500 - dispatcher.dropped


def test_a_broker_that_is_gone_costs_a_line_and_the_next_id_is_tried(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    dispatcher = Dispatcher(broker.send)
    broker.fault = ConnectionError("nobody there")
    dispatcher.soon(Task, 1)
    assert dispatcher.flush(5)
    assert dispatcher.dropped == 1
    assert "1 ids for tests.task not dispatched: ConnectionError" in caplog.text
    broker.fault = None
    dispatcher.soon(Task, 2)
    assert dispatcher.flush(5)
    assert broker.sent == [[2]]


def test_no_thread_before_the_first_id(broker: Broker) -> None:
    def threads() -> int:
        return sum(thread.name == "dispatch" for thread in threading.enumerate())

    before = threads()
    dispatcher = Dispatcher(broker.send)
    assert threads() == before
    for number in range(2):
        dispatcher.soon(Task, number)
        assert dispatcher.flush(5)
    assert threads() == before + 1


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_with_the_real_broker_gone_or_hung_it_returns_at_once(how: str) -> None:
    broker = services.valkey()
    dispatcher = Dispatcher()
    getattr(broker, how)()
    try:
        took = []
        for number in range(3):  # so that one moment without a processor tells nothing
            began = time.monotonic()
            dispatcher.soon(open_tickets, number)
            took.append(time.monotonic() - began)
        assert min(took) < 0.1, took
        assert max(took) < 1, took  # whoever waits for the broker waits longer
    finally:
        broker.resume()
        broker.revive()
        assert dispatcher.flush(10)
        broker.flushall()


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
    assert client.llen(dispatch.LIST) == 2
    client.close()
    services.valkey().flushall()


@pytest.mark.parametrize("rate", [1, 25, 50, 100, 140])
def test_at_a_moderate_rate_nothing_waits_also_when_some_come_at_once(rate: int) -> None:
    flow = Flow()
    for second in range(60):
        assert flow.pause_s(min(rate, dispatch.BURST), now=float(second)) == 0
        for number in range(dispatch.BURST, rate):
            assert flow.pause_s(1, now=second + number / rate) == 0


def test_when_many_come_few_messages_go_and_soon_after_none_waits() -> None:
    flow, now = Flow(), 0.0
    pauses: list[float] = []
    for _message in range(60):
        pauses.append(flow.pause_s(max(1, int(400 * (pauses[-1] if pauses else 0))), now))
        now += pauses[-1] or 1 / 400
    assert pauses[-1] == dispatch.LONG_PAUSE_S
    assert flow.pause_s(dispatch.BATCH, now) == 0, "a full message is followed by the next"
    assert flow.pause_s(1, now + 0.5) == 0
