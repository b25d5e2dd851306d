"""Statements that a customer waits for: planned once by each connection, sent without a round trip before them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import InterfaceError, NotSupportedError, OperationalError, connection

T = TypeVar("T")

_numbers = count(1)
_HOLDS, _IS_PAST = "holds", "is past"
_planned: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # by a connection, its statements by their names


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement that each connection plans at its first use (PREPARE) and from then on runs (EXECUTE).

    `sql` has a %s for each of `types`, which are those of PostgreSQL. Behind a pooler that gives a connection for one
    transaction it is sent whole each time, since the next EXECUTE would meet another connection (DATABASE_POOLER).
    Planning takes longer than storing an answer does: prepared, PostgreSQL stores 1.7 times as many (pgbench).
    """

    name: str
    sql: str
    types: Sequence[str]

    def execute(self, cursor: Any, values: Sequence[Any]) -> None:
        """Run it; its rows are then the cursor's."""
        if settings.DATABASE_IS_POOLED:
            cursor.execute(self.sql, values)
            return
        planned = _planned.setdefault(cursor.connection, {})
        if planned.get(self.name) == _IS_PAST:
            cursor.execute(f"DEALLOCATE {self.name}")
            del planned[self.name]
        if is_new := self.name not in planned:
            cursor.execute(f"PREPARE {self.name}{_in_brackets(self.types)} AS {self._numbered()}")
            planned[self.name] = _HOLDS
        try:
            cursor.execute(f"EXECUTE {self.name}{_in_brackets(['%s'] * len(values))}", values)
        except NotSupportedError:
            # A migration gave a column another type, if only a longer one, since this connection planned it.
            if is_new:
                raise
            planned[self.name] = _IS_PAST
            if connection.in_atomic_block:
                raise
            self.execute(cursor, values)

    def _numbered(self) -> str:
        """With $1, $2, … in place of %s."""
        parts = self.sql.split("%s")
        return parts[0] + "".join(f"${number}{part}" for number, part in enumerate(parts[1:], start=1))


def _in_brackets(parts: Sequence[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """A piece of a statement, with the types of its parameters; a statement is named after its first one."""

    name: str
    sql: str
    types: Sequence[str] = ()


@lru_cache
def prepared(*parts: Part) -> Prepared:
    """The statement that these pieces make."""
    return Prepared(
        f"{parts[0].name}_{next(_numbers)}",
        "".join(part.sql for part in parts),
        [kind for part in parts for kind in part.types],
    )


def on_a_living_connection(work: Callable[[], T]) -> T:
    """What `work` returns; when a kept connection turns out to be lost, it is done once more on a new one.

    It takes the place of Django's own look, a round trip for each request. The first time may have been committed all
    the same: `work` must be a read, or one that the second time changes nothing. Raises: OperationalError,
    InterfaceError.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # its stubs leave it out
    try:
        return work()
    except (OperationalError, InterfaceError):
        raw: Any = connection.connection
        if connection.in_atomic_block or (raw is not None and not raw.closed):
            raise
        connection.close()
        return work()
