"""Read figures from a streaming replica of the database (DATABASE_REPLICA_URL), while it keeps up.

What is `read_from_replica` finds it in the place of the thread's database connection, so that each query goes there, by
the ORM or by hand. Nothing is decided and nobody is let in by it: who asks is known before, from the primary. When the
replica is gone, too far behind, or none of this database, the primary is read; and all of it once more there, when the
replica fails half-way or something turns out to be written.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from threading import Lock, local
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, InternalError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")

WROTE = "wrote"  # the cookie of who changed something a moment ago: they are to see it
FRESH_S = 1.0  # so long it is known how far the replica is
GONE_S = 5.0  # so long a replica that could not be reached is not asked again
_ENDED_BY_US = "57014"  # statement_timeout: it would take as long once more
_WRITES = "25006"  # read_only_sql_transaction
_PRIMARY = "SELECT pg_current_wal_lsn(), (SELECT system_identifier FROM pg_control_system())"
_REPLICA = """
SELECT pg_is_in_recovery(), system_identifier, pg_last_wal_replay_lsn() >= %s,
    coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8, 'infinity')
FROM pg_control_system()
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the replica. `lag_s`: how far behind it is; None while that is not known.

    is_other: it answers, and is no replica of this database.
    """

    lag_s: float | None
    is_other: bool = False

    @property
    def is_near(self) -> bool:
        """Whether figures may be read from it."""
        return self.lag_s is not None and self.lag_s <= settings.DATABASE_REPLICA_SECONDS


class _Watch:
    """What this process knows of the replica; one thread at a time looks."""

    def __init__(self) -> None:
        self.known, self.until = Known(None), 0.0
        self.looking = Lock()

    def now(self) -> Known:
        if time.monotonic() >= self.until and self.looking.acquire(blocking=False):
            try:
                self.known = look()
                self.until = time.monotonic() + (GONE_S if self.known.lag_s is None else FRESH_S)
            finally:
                self.looking.release()
        return self.known

    def has_failed(self) -> None:
        self.known, self.until = Known(None), time.monotonic() + GONE_S

    def forget(self) -> None:
        self.until = 0.0


_watch = _Watch()
_of_thread = local()
forget = _watch.forget  # what is known, and look anew


def look() -> Known:
    """Ask both servers how far the replica is; an idle one that has everything is not behind."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_PRIMARY)
        reached, ours = cursor.fetchone()
    replica = _connection()
    try:
        with replica.cursor() as cursor:
            cursor.execute(_REPLICA, [reached])
            follows, theirs, has_all, age_s = cursor.fetchone()
    except DatabaseError:
        replica.close()
        return Known(None)
    if not follows or theirs != ours:
        return Known(None, is_other=True)
    return Known(0.0 if has_all else age_s)


def read_from_replica(view: View) -> View:
    """Let a view or a method that only reads figures read them from the replica."""

    @wraps(view)
    def reading(*args: Any, **kwargs: Any) -> Any:
        if any(map(has_just_written, args)):
            return view(*args, **kwargs)
        return on_replica(lambda: view(*args, **kwargs))

    return cast(View, reading)


def has_just_written(request: Any) -> bool:
    """Whether somebody changed something so short a time ago that the replica may not have it."""
    return WROTE in getattr(request, "COOKIES", ())


def on_replica(work: Callable[[], T]) -> T:
    """What `work` returns, which reads from the replica where that may be; else, and when it fails there, from the
    primary. It may be called twice."""
    if not _may_be_read():
        return work()
    try:
        with _in_its_place():
            return work()
    except (OperationalError, InterfaceError) as error:
        if getattr(error.__cause__, "pgcode", None) == _ENDED_BY_US:
            raise
        _watch.has_failed()
    except InternalError as error:
        if getattr(error.__cause__, "pgcode", None) != _WRITES:
            raise
    return work()


def each_from_replica(parts: Iterator[T]) -> Iterator[T]:
    """The parts of a stream, each read from the replica while it keeps up. The web server may take each part in another
    thread, so the connection is chosen for each. A part that fails half-way ends the stream."""
    if not _may_be_read():
        yield from parts
        return
    while True:
        with _in_its_place():
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


def _may_be_read() -> bool:
    if not settings.DATABASE_REPLICA:
        return False
    current = connections[DEFAULT_DB_ALIAS]
    is_inside = current is getattr(_of_thread, "replica", None)
    return not is_inside and not current.in_atomic_block and _watch.now().is_near


@contextmanager
def _in_its_place() -> Iterator[None]:
    primary, replica = connections[DEFAULT_DB_ALIAS], _connection()
    connections[DEFAULT_DB_ALIAS] = replica
    try:
        yield
    except DatabaseError:
        replica.close()
        raise
    finally:
        connections[DEFAULT_DB_ALIAS] = primary


def _connection() -> BaseDatabaseWrapper:
    """The one of this thread, under the name of the primary's, so that it can stand for that."""
    known: BaseDatabaseWrapper | None = getattr(_of_thread, "replica", None)
    if known is None:
        given = connections.configure_settings({DEFAULT_DB_ALIAS: settings.DATABASE_REPLICA})[DEFAULT_DB_ALIAS]
        known = _of_thread.replica = load_backend(given["ENGINE"]).DatabaseWrapper(given, DEFAULT_DB_ALIAS)
    else:
        known.close_if_unusable_or_obsolete()
    return known
