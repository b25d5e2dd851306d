"""What was counted, in the Redis store: it ends by itself and no backup has it. Without the store nothing is kept.

An entry is signed: whoever can write into the store, but does not know SECRET_KEY, cannot have it read.
"""

import hmac
import logging
import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from followup.insights.kept.address import Address

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Else = TypeVar("Else")

KEPT_FOR = timedelta(hours=26)  # until the night's count of the next day is surely done
MOST_BYTES = 300_000  # of one entry; a thousand companies take 123,000
MOST_ENTRIES = 300  # together at most 90 MB; beyond that goes the oldest of the person for whom most are kept
MOST_ADDRESSES = 200  # that each night are counted: the last that were opened
MOST_OF_ONE = 20  # of those by one person: who tries many filters has nobody else's page left out
_TIMEOUT_S = 1.0
_GENERATION, _GENERATION_OF_FILE, _ENTRIES, _ADDRESSES = (
    f"winback.figures.{name}" for name in ("generation", "generation_of_file", "entries", "addresses")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Some figures and when they were counted."""

    value: Any
    counted_at: datetime


def _client() -> redis.Redis:
    return _clients(settings.REDIS_URL)


@lru_cache(maxsize=1)
def _clients(url: str) -> redis.Redis:
    """The connections of this process, which give up quickly."""
    return redis.Redis.from_url(
        url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )


def _or(otherwise: Else) -> Callable[[Callable[P, T]], Callable[P, T | Else]]:
    """What a call gives while the store is gone."""

    def decorate(work: Callable[P, T]) -> Callable[P, T | Else]:
        @wraps(work)
        def working(*args: P.args, **kwargs: P.kwargs) -> T | Else:
            try:
                return work(*args, **kwargs)
            except (redis.RedisError, OSError, ValueError):  # gone, or what is there is not what this module put there
                return otherwise

        return working

    return decorate


def _signed(name: str, packed: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), _key(name).encode() + b"\0" + packed, "sha256")


def _key(name: str) -> str:
    return f"winback.figures.kept.{name}"


@_or(None)
def generation() -> int | None:
    """How often all was forgotten; None without the store, or where it has no number. Asked before the counting: what
    is forgotten meanwhile is kept under a number that nobody reads."""
    return int(_client().get(_GENERATION) or 0)


@_or(None)
def find(name: str) -> Entry | None:
    """The entry of this name, or None."""
    stored = _client().get(_key(name))
    if not isinstance(stored, bytes):
        return None
    signature, packed = stored[:32], stored[32:]
    if not hmac.compare_digest(signature, _signed(name, packed)):
        return None
    try:
        found: Entry = pickle.loads(packed)  # noqa: S301 - signed by this installation
    except Exception:  # of another release of Python or of a library, which may raise anything
        logger.info("figures that were kept can be read no more, and are counted anew", exc_info=True)
        return None
    return found


@_or(None)
def keep(name: str, entry: Entry, counted_in: int | None = None, by: int = 0) -> None:
    """Keep an entry under this name; one that is too large, or cannot be packed, is not kept.

    `counted_in`: the generation in which its counting began; not kept where all was forgotten meanwhile. `by`: the id
    of the person for whom it was counted first; who tries many filters pushes out what is kept for them alone.
    """
    try:
        packed = pickle.dumps(entry)
    except (pickle.PicklingError, TypeError, AttributeError):
        logger.exception("figures of %s cannot be kept", type(entry.value).__qualname__)
        return
    if len(packed) > MOST_BYTES:
        return
    key = _key(name)
    with _client().pipeline() as together:
        together.watch(_GENERATION)  # type: ignore[no-untyped-call]
        if counted_in is not None and int(together.get(_GENERATION) or 0) != counted_in:
            return
        lines: list[bytes] = together.lrange(_ENTRIES, 0, -1)  # type: ignore[assignment]
        line = next((one for one in lines if _key_of(one) == key.encode()), f"{by} {key}".encode())
        together.multi()
        together.set(key, _signed(name, packed) + packed, ex=KEPT_FOR)
        together.lrem(_ENTRIES, 0, line)  # type: ignore[arg-type]  # bytes, too
        together.rpush(_ENTRIES, line)
        for gone in _beyond([*(one for one in lines if one != line), line]):
            together.lrem(_ENTRIES, 0, gone)  # type: ignore[arg-type]
            together.delete(_key_of(gone))
        together.execute()


def _beyond(lines: list[bytes]) -> list[bytes]:
    """Which of these, oldest first, are too many: of the people for whom most are kept the oldest."""
    gone: list[bytes] = []
    while len(lines) > MOST_ENTRIES:
        held = Counter(map(_person_of, lines))
        gone.append(next(one for one in lines if held[_person_of(one)] == max(held.values())))
        lines.remove(gone[-1])
    return gone


def _person_of(line: bytes) -> bytes:
    return line.rpartition(b" ")[0]


def _key_of(line: bytes) -> bytes:
    return line.rpartition(b" ")[2]


@_or(None)
def drop(name: str) -> None:
    """Keep nothing under this name."""
    _client().delete(_key(name))


@_or(None)
def forget_all() -> None:
    """Nothing that was counted until now is read or kept any more, nor a page with filters: one may name a customer."""
    client = _client()
    client.incr(_GENERATION)
    found: Any = client.lrange(_ENTRIES, 0, -1)
    noted: Any = client.zrange(_ADDRESSES, 0, -1)
    with client.pipeline() as together:
        together.delete(_ENTRIES, *map(_key_of, found))
        for one in noted:
            if b"?" in one:
                together.zrem(_ADDRESSES, one)
        together.execute()


@_or(None)
def forget_in_file() -> None:
    """Have the store's own file written anew, if anything was forgotten since that was last begun: it has all that was
    ever written until it has grown to twice its size. While it is being written this begins nothing."""
    client = _client()
    forgotten = int(client.get(_GENERATION) or 0)
    if forgotten != int(client.get(_GENERATION_OF_FILE) or 0):
        client.bgrewriteaof()
        client.set(_GENERATION_OF_FILE, forgotten)


@_or(False)
def claim(what: str, seconds: float) -> bool:
    """Whether this caller is the first who asks for this within so many seconds."""
    return bool(_client().set(f"winback.figures.claimed.{what}", 1, nx=True, px=int(1000 * seconds)))


@_or(None)
def hold(what: str, seconds: float) -> None:
    """Keep what was claimed for so many seconds from now."""
    _client().set(f"winback.figures.claimed.{what}", 1, px=int(1000 * seconds))


@_or(None)
def note(address: Address, at: datetime) -> None:
    """Remember that somebody opened a page whose figures take long."""
    with _client().pipeline() as together:
        together.zadd(_ADDRESSES, {address.packed(): at.timestamp()})
        together.zrange(_ADDRESSES, 0, -1)
        found = together.execute()[1]
    theirs = [one for one in found if one.startswith(address.of_person.encode())]
    if beyond := [*theirs[:-MOST_OF_ONE], *found[:-MOST_ADDRESSES]]:
        _client().zrem(_ADDRESSES, *beyond)


def put_away(address: Address) -> None:
    """Count this page no more at night, until somebody opens it."""
    _remove(address.packed().encode())


def opened_since(at: datetime, with_filters: datetime | None = None) -> list[Address]:
    """The pages with figures that take long that were opened since then, the last one first; none without the store.

    Those that were opened before are removed, and those `with_filters` that were opened before that: a filter may name
    a customer. So is what no address can be read from, such as one of another release.
    """
    try:
        _client().zremrangebyscore(_ADDRESSES, "-inf", f"({at.timestamp()}")
        found: Any = _client().zrevrangebyscore(_ADDRESSES, "+inf", at.timestamp(), withscores=True)
    except (redis.RedisError, OSError):
        return []
    filters_from = (with_filters or at).timestamp()
    addresses = []
    for one, opened_at in found:
        if not isinstance(one, bytes):
            continue
        try:
            address = Address.unpacked(str(one, "utf-8"))
        except (ValueError, TypeError):
            _remove(one)
            continue
        if address.has_filters and opened_at < filters_from:
            _remove(one)
        else:
            addresses.append(address)
    return addresses


@_or(None)
def _remove(packed: bytes) -> None:
    _client().zrem(_ADDRESSES, packed)
