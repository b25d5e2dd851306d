"""Pages that continue from a cursor, the stored keys of a page's last row; and counts that stop. No OFFSET."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]
from django.http import QueryDict

from followup.models.ticket import ORDERS, Stage, Ticket, TicketQuerySet

PAGE_SIZE = 50
COUNT_LIMIT = 999

Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])


class BadKey(ValueError):
    """A cursor that no page of ours gave."""


def bounded_count(rows: QuerySet[Any]) -> int:
    """The number of rows, at most COUNT_LIMIT + 1; one query that stops there."""
    return rows.order_by()[: COUNT_LIMIT + 1].count()


def cursor_of(ticket: Ticket, order: str) -> str:
    """The cursor behind a ticket in one of ORDERS, for the address of the next page."""
    values = (getattr(ticket, field.lstrip("-")) for field in ORDERS[order])
    return "~".join(value.isoformat() if isinstance(value, datetime) else str(value) for value in values)


def after_cursor(rows: TicketQuerySet, order: str, key: str) -> TicketQuerySet:
    """The tickets behind a cursor in one of ORDERS. Raises: BadKey."""
    fields, parts = ORDERS[order], key.split("~")
    if len(fields) != len(parts):
        raise BadKey(key)
    if fields == ("-id",):
        return before_id(rows, key)
    try:
        place = [_PARTS[field](part) for field, part in zip(fields, parts, strict=True)]
    except (ValueError, InvalidOperation) as error:
        raise BadKey(key) from error
    return rows.filter(TupleGreaterThan(Tuple(*fields), place)) if len(place) > 1 else rows.filter(pk__gt=place[0])


def _within(allowed: range, part: str) -> int:
    """Raises: ValueError."""
    if int(part) not in allowed:
        raise ValueError(part)
    return int(part)


def _value(part: str) -> Decimal:
    """Raises: ValueError, InvalidOperation."""
    value = Decimal(part)
    if not value.is_finite() or abs(value) >= 10**12:
        raise ValueError(part)
    return value


def _moment(part: str) -> datetime:
    """Raises: ValueError."""
    moment = datetime.fromisoformat(part)
    if moment.tzinfo is None:
        raise ValueError(part)
    return moment


_PARTS: dict[str, Callable[[str], Any]] = {
    "stage": lambda part: _within(range(len(Stage)), part),
    "score": lambda part: _within(range(11), part),
    "value_rank": _value,
    "deadline": _moment,
    "id": lambda part: _within(range(2**63), part),
}


def before_id(rows: Rows, key: str) -> Rows:
    """The rows with a lower id than the cursor's. Raises: BadKey."""
    if not (key.isascii() and key.isdigit() and int(key[:19]) < 2**63 and len(key) <= 19):
        raise BadKey(key)
    return rows.filter(pk__lt=int(key))


def page(rows: QuerySet[Row], size: int = PAGE_SIZE) -> tuple[Sequence[Row], bool]:
    """The first `size` of ordered rows, and whether there are more; one query."""
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def address(query: QueryDict, **changes: str | None) -> str:
    """The query of an address with values changed, or left out (None); it begins at the first page again."""
    changed = query.copy()
    changed.pop("after", None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return "?" + changed.urlencode()
