"""How often something may be done: counts in windows of time, shared by all web processes; open without the store.

The counting is done by the library `limits`. Its ready-made strategies stay out: each of them begins its window with
the first event and needs two more questions to tell what is left, and none takes an event back.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

import redis
from django.conf import settings
from limits.storage import RedisStorage

PAUSE_S = 5.0  # after a failed question the store is left alone so long, and nobody waits for it
_PREFIX = "winback"
_WINDOW_S = 60
_AT_ONCE = 10  # answers of one address that the store is told of together
_PLACE_S = 600
# In one step, so that nothing is taken back that was not counted.
_FORGIVE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('decr', KEYS[1]) end"

T = TypeVar("T")


class LimitStore:
    """The Redis store of all counts, connected to on first use: who asks it waits REDIS_TIMEOUT_S at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._storage: RedisStorage | None = None
        self._rests_until = 0.0

    def ask(self, question: Callable[[RedisStorage], T], otherwise: T, *, at_rest: bool = False) -> T:
        """The answer to a question, or `otherwise` while the store is gone; `at_rest`: ask also in the pause."""
        if time.monotonic() < self._rests_until and not at_rest:
            return otherwise
        try:
            return question(self._connected())
        except (redis.RedisError, OSError):
            self._rests_until = time.monotonic() + PAUSE_S
            return otherwise

    def reconnect(self) -> None:
        """Ask anew, with the settings of then, also after a question that failed."""
        with self._lock:
            self._storage, self._rests_until = None, 0.0

    def _connected(self) -> RedisStorage:
        with self._lock:
            if self._storage is None:
                timeout: dict[str, Any] = {
                    "socket_timeout": settings.REDIS_TIMEOUT_S,
                    "socket_connect_timeout": settings.REDIS_TIMEOUT_S,
                    "retry": None,
                }
                self._storage = RedisStorage(settings.REDIS_URL, key_prefix=_PREFIX, **timeout)
            return self._storage


store = LimitStore()


class WindowCounter:
    """Counts events in fixed windows, such as the minutes of the clock."""

    def count(self, name: str, window_s: int = _WINDOW_S, events: int = 1) -> int:
        """Count an event, or several. Returns: how many there were in this window; 0 without a store. At most 50 ms."""
        counted = key(name, window_s)
        return store.ask(lambda storage: storage.incr(counted, expiry=2 * window_s, amount=events), 0)

    def forgive(self, keys: list[str]) -> None:
        """Take back one event of each, as `key` named it before it was counted: it did not happen."""
        for counted in keys:
            store.ask(partial(_forgive, counted), None)


def _forgive(counted: str, storage: RedisStorage) -> None:
    _client(storage).eval(_FORGIVE, 1, storage.prefixed_key(counted))


def _client(storage: RedisStorage) -> redis.Redis:
    return cast(redis.Redis, storage.get_connection())


def key(name: str, window_s: int = _WINDOW_S) -> str:
    """Under what name the events of this window are counted."""
    return f"{name}:{int(time.time()) // window_s}"


def seconds_left(window_s: int = _WINDOW_S) -> int:
    """Whole seconds until the next window has begun, at least 1."""
    return window_s - int(time.time()) % window_s


@dataclass(slots=True)
class _Told:
    """One name in this window: the store's count when it was last asked, and what came since."""

    total: int = 0
    since: int = 0


class BatchedLimit(WindowCounter):
    """How many events of one name may come in a window, such as a minute.

    Each process tells the store of a name once in a while: asking for each answer costs the customer a twentieth of
    it. So a limit is kept to one part in a hundred for each web process, and exactly when it is below 200.
    """

    def __init__(self, window_s: int = _WINDOW_S, most_names: int = 10_000) -> None:
        """`most_names`: how many a process remembers before it begins anew."""
        self._window_s = window_s
        self._most_names = most_names
        self._window = 0
        self._names: dict[str, _Told] = {}
        self._counting = threading.Lock()

    @property
    def names_remembered(self) -> int:
        """How many names this process knows a count of."""
        return len(self._names)

    def is_within(self, name: str, limit: int) -> bool:
        """Count one event; False when there were more than the limit. At most 50 ms, without a store True."""
        window = int(time.time()) // self._window_s
        with self._counting:
            if window != self._window or len(self._names) >= self._most_names:
                self._window, self._names = window, {}
            told = self._names.setdefault(name, _Told())
            if told.total > limit:
                return False
            told.since += 1
            if told.since < min(limit // 100, _AT_ONCE) and told.total + told.since <= limit:
                return True
            events, told.since = told.since, 0
        told.total = self.count(name, self._window_s, events=events)
        return told.total <= limit


class AnswerLimit(BatchedLimit):
    """How many answers one address may give a minute."""

    def allows(self, address: str) -> bool:
        """Count one answer; False when the address is over its limit. At most 50 ms, without a store True."""
        limit = settings.ANSWERS_PER_MINUTE
        return limit == 0 or self.is_within(f"answers:{address}", limit)


answer_limit = AnswerLimit()


class UnderWay:
    """How many of a thing are under way at the same time; open when the store is gone.

    A place that is not given back (its process was killed) is free again after ten minutes. `limits` counts events, not
    places, so this asks the store itself.
    """

    def take(self, name: str, most: int) -> Callable[[], None] | None:
        """None when `most` are under way; else what gives the place back."""
        place, now = secrets.token_hex(8), time.time()
        count = store.ask(partial(_take_place, f"underway:{name}", place, now), 0)
        give_back = partial(_give_back, f"underway:{name}", place)
        if count > most:
            give_back()
            return None
        return give_back  # also after a question without an answer: the store may have taken it all the same


def _take_place(name: str, place: str, now: float, storage: RedisStorage) -> int:
    """Returns: how many places are taken with this one."""
    places = storage.prefixed_key(name)
    with _client(storage).pipeline() as steps:
        steps.zremrangebyscore(places, 0, now - _PLACE_S)
        steps.zadd(places, {place: now})
        steps.zcard(places)
        steps.expire(places, _PLACE_S)
        return int(steps.execute()[2])


def _give_back(name: str, place: str) -> None:
    store.ask(lambda storage: _client(storage).zrem(storage.prefixed_key(name), place), None, at_rest=True)


under_way = UnderWay()
