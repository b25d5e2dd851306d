"""How often one address may do something; open when the store is gone."""

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import redis
from django.conf import settings

_PAUSE_S = 5.0  # after a failed call the store is left alone so long, and nobody waits for it
_WINDOW_S = 60
_AT_ONCE = 10  # answers of one address that the store is told of together
_PLACE_S = 600
_ADDRESSES = 10_000  # or other names, that a process remembers; then it begins anew
# Each in one step, so that no count is left without an end, and nothing is taken back that was not counted.
_COUNT = "local n = redis.call('incrby', KEYS[1], ARGV[1]) redis.call('expire', KEYS[1], ARGV[2]) return n"
_FORGIVE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('decr', KEYS[1]) end"


class WindowCounter:
    """Counts events in fixed windows of a minute in the Redis store, shared by all web processes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: redis.Redis | None = None
        self._closed_until = 0.0

    def _client(self) -> redis.Redis:
        with self._lock:
            if self._store is None:
                self._store = redis.Redis.from_url(
                    settings.REDIS_URL,
                    socket_timeout=settings.REDIS_TIMEOUT_S,
                    socket_connect_timeout=settings.REDIS_TIMEOUT_S,
                    retry=None,
                )
            return self._store

    def count(self, name: str, window_s: int = _WINDOW_S, events: int = 1) -> int:
        """Count an event, or several. Returns: how many there were in this window; 0 without a store. At most 50 ms."""
        if time.monotonic() < self._closed_until:
            return 0
        try:
            count = int(self._client().eval(_COUNT, 1, key(name, window_s), events, 2 * window_s))
        except (redis.RedisError, OSError):
            self._closed_until = time.monotonic() + _PAUSE_S
            return 0
        return count

    def forgive(self, keys: list[str]) -> None:
        """Take back one event of each, as `key` named it before it was counted: it did not happen."""
        with suppress(redis.RedisError, OSError):
            for counted in keys:
                self._client().eval(_FORGIVE, 1, counted)


def key(name: str, window_s: int = _WINDOW_S) -> str:
    """Where the events of this window are counted."""
    return f"winback:{name}:{int(time.time()) // window_s}"


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

    def __init__(self, window_s: int = _WINDOW_S) -> None:
        super().__init__()
        self._window_s = window_s
        self._window = 0
        self._names: dict[str, _Told] = {}
        self._counting = threading.Lock()

    def is_within(self, name: str, limit: int) -> bool:
        """Count one event; False when there were more than the limit. At most 50 ms, without a store True."""
        window = int(time.time()) // self._window_s
        with self._counting:
            if window != self._window or len(self._names) >= _ADDRESSES:
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


class UnderWay(WindowCounter):
    """How many of a thing are under way at the same time; open when the store is gone.

    A place that is not given back (its process was killed) is free again after ten minutes.
    """

    def take(self, name: str, most: int) -> Callable[[], None] | None:
        """None when `most` are under way; else what gives the place back."""
        if time.monotonic() < self._closed_until:
            return lambda: None
        key, place, now = f"winback:underway:{name}", secrets.token_hex(8), time.time()
        try:
            with self._client().pipeline() as store:
                store.zremrangebyscore(key, 0, now - _PLACE_S)
                store.zadd(key, {place: now})
                store.zcard(key)
                store.expire(key, _PLACE_S)
                count = int(store.execute()[2])
        except (redis.RedisError, OSError):
            self._closed_until = time.monotonic() + _PAUSE_S
            return lambda: None
        if count > most:
            self._give_back(key, place)
            return None
        return partial(self._give_back, key, place)

    def _give_back(self, key: str, place: str) -> None:
        with suppress(redis.RedisError, OSError):
            self._client().zrem(key, place)


under_way = UnderWay()
