"""The cursors of the queue's orders: the stored keys of a page's last ticket."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]

from followup.models.ticket import ORDERS, Stage, Ticket, TicketQuerySet
from nps_project.common.paging import BadKey, before_id


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
