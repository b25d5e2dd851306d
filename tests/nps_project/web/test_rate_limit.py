"""How often one address may do something, on the real store: shared, fair, and open when the store is gone."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from nps_project.web import rate_limit
from nps_project.web.rate_limit import AnswerLimit, UnderWay, WindowCounter
from tests import services
from tests.factories import make_survey


class Clock:
    """The store's minute, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, new_limits: None) -> Clock:
    made = Clock()
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(time=lambda: made.now, monotonic=time.monotonic))
    return made


def test_so_many_a_minute_for_each_address(settings: Any, clock: Clock) -> None:
    settings.ANSWERS_PER_MINUTE = 3
    limit = AnswerLimit()
    assert [limit.allows("10.0.0.1") for _number in range(5)] == [True, True, True, False, False]
    assert limit.allows("10.0.0.2")
    clock.now += 60
    assert limit.allows("10.0.0.1")


def test_processes_share_one_count(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 20
    limits = [AnswerLimit() for _number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda number: limits[number % 4].allows("10.0.0.1"), range(60)))
    assert sum(allowed) == 20


def test_a_large_limit_is_kept_to_one_part_in_a_hundred_for_each_process(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 600
    limits = [AnswerLimit() for _number in range(4)]
    allowed = sum(limits[number % 4].allows("10.0.0.1") for number in range(1_000))
    assert 600 <= allowed <= 624
    assert not any(limit.allows("10.0.0.1") for limit in limits)
    assert all(limit.allows("10.0.0.2") for limit in limits)


def test_an_address_that_comes_once_does_not_make_the_store_work(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 600
    limit = AnswerLimit()
    assert all(limit.allows(f"10.0.{number // 250}.{number % 250}") for number in range(500))
    client = services.valkey().client()
    assert client.keys("winback:*") == []
    client.close()


def test_many_addresses_do_not_fill_the_memory() -> None:
    limit = AnswerLimit(most_names=50)
    assert all(limit.allows(f"10.0.{number // 250}.{number % 250}") for number in range(500))
    assert limit.names_remembered <= 50


def test_counts_are_forgotten(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 100
    AnswerLimit().allows("10.0.0.1")
    client = services.valkey().client()
    (key,) = client.keys("winback:*")
    assert 0 < client.ttl(key) <= 120
    client.close()


def test_none_is_counted_when_it_is_off(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 0
    limit = AnswerLimit()
    assert all(limit.allows("10.0.0.1") for _number in range(50))
    client = services.valkey().client()
    assert client.keys("winback:*") == []
    client.close()


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_without_a_store_everybody_comes_in_and_nobody_waits(settings: Any, how: str) -> None:
    settings.ANSWERS_PER_MINUTE, settings.REDIS_TIMEOUT_S = 1, 0.05
    rate_limit.store.reconnect()
    limit = AnswerLimit()
    assert limit.allows("10.0.0.1")
    store = services.valkey()
    getattr(store, how)()
    try:
        began = time.monotonic()
        assert limit.allows("10.0.0.1")
        assert time.monotonic() - began < 0.25, "50 ms, and what a busy machine adds"
        began = time.monotonic()
        assert all(limit.allows("10.0.0.1") for _number in range(1_000))
        assert time.monotonic() - began < 0.25, "only the first one asked"
    finally:
        store.resume()
        store.revive()
    settings.REDIS_TIMEOUT_S = 5
    rate_limit.store.reconnect()  # as after the five seconds
    limit = AnswerLimit()
    assert limit.allows("10.0.0.9")
    assert not limit.allows("10.0.0.9")


@pytest.mark.django_db
def test_an_office_over_its_limit_is_told_kindly(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 2
    make_survey("hello")
    answers = [Client().post("/s/hello/", {"score": "3"}) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "3" in answers[2].content.decode(), "what was typed is not lost"
    assert Client().get("/s/hello/").status_code == 200


def test_every_count_ends_and_nothing_is_taken_back_that_was_not_counted(clock: Clock) -> None:
    counter, store = WindowCounter(), services.valkey().client()
    first = rate_limit.key("one")
    assert [counter.count("one"), counter.count("one")] == [1, 2]
    counter.forgive([first])
    assert counter.count("one") == 2
    clock.now += 60
    counter.forgive([first])  # counted in the minute before
    assert counter.count("one") == 1
    store.flushall()
    counter.forgive([first, rate_limit.key("two")])
    assert store.keys("*") == []
    counter.count("hour", window_s=3600)
    counter.count("one", events=7)
    taken_back = rate_limit.key("two")
    counter.count("two")
    counter.forgive([taken_back])
    assert counter.count("two", events=3) == 3
    assert [0 < store.ttl(name) <= 7200 for name in store.keys("*")] == [True] * 3
    store.close()


def test_a_count_is_one_question_and_a_store_that_lost_its_scripts_counts_on() -> None:
    counter, store = WindowCounter(), services.valkey().client()
    assert counter.count("one") == 1
    before = store.info("stats")["total_commands_processed"]
    assert [counter.count("one") for _number in range(100)] == list(range(2, 102))
    spent = store.info("stats")["total_commands_processed"] - before
    assert 100 <= spent <= 205, "the script and the INCRBY inside it, and this question"
    store.script_flush()
    assert counter.count("one") == 102
    store.close()


def test_places_are_given_back_also_while_the_store_is_left_alone(settings: Any) -> None:
    places = [UnderWay().take("export", 2) for _number in range(3)]
    assert [place is not None for place in places] == [True, True, False]
    settings.REDIS_TIMEOUT_S = 0.05
    rate_limit.store.reconnect()
    store = services.valkey()
    store.pause()
    try:
        began = time.monotonic()
        unanswered = UnderWay().take("export", 2)
        assert all(UnderWay().take("export", 2) for _number in range(100))
        assert time.monotonic() - began < 0.25, "only the first one asked"
    finally:
        store.resume()
    assert unanswered is not None
    assert places[0] is not None
    unanswered()
    places[0]()
    rate_limit.store.reconnect()
    assert UnderWay().take("export", 2) is not None
    assert UnderWay().take("export", 2) is None
