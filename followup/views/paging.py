"""Paging on keys that rows keep, and counts that stop: no OFFSET, no count of a million rows."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.http import QueryDict

from followup.models.ticket import QUEUE_ORDER, Stage, Ticket, TicketQuerySet

PAGE_SIZE = 50
COUNT_LIMIT = 999

Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])


class BadKey(ValueError):
    """The place to go on from is not one that a page of ours gave."""


def bounded_count(rows: QuerySet[Any]) -> int:
    """How many rows there are, at most COUNT_LIMIT + 1; one query that stops there."""
    return rows.order_by()[: COUNT_LIMIT + 1].count()


def queue_key(ticket: Ticket) -> str:
    """The place of a ticket in the queue, for the address of the page after it."""
    return "~".join(
        (str(int(ticket.stage)), str(ticket.score), str(ticket.value_rank), ticket.deadline.isoformat(), str(ticket.pk))
    )


def after_in_queue(rows: TicketQuerySet, key: str) -> TicketQuerySet:
    """The tickets behind a place in the queue. Raises: BadKey."""
    parts = key.split("~")
    try:
        stage, score, value, deadline, pk = parts
        place = (int(stage), int(score), Decimal(value), datetime.fromisoformat(deadline), int(pk))
    except (ValueError, InvalidOperation) as error:
        raise BadKey(key) from error
    in_range = place[0] in Stage.values and 0 <= place[1] <= 10 and 0 <= place[4] < 2**63
    if not in_range or place[3].tzinfo is None or not place[2].is_finite() or abs(place[2]) >= 10**12:
        raise BadKey(key)
    return rows.filter(TupleGreaterThan(Tuple(*QUEUE_ORDER), place))


def after_id(rows: Rows, key: str) -> Rows:
    """The rows newer than one, by id. Raises: BadKey."""
    before_id(rows, key)
    return rows.filter(pk__gt=int(key))


def before_id(rows: Rows, key: str) -> Rows:
    """The rows older than one, by id. Raises: BadKey."""
    if not (key.isascii() and key.isdigit() and int(key[:19]) < 2**63 and len(key) <= 19):
        raise BadKey(key)
    return rows.filter(pk__lt=int(key))


def cut(rows: QuerySet[Row], size: int = PAGE_SIZE) -> tuple[Sequence[Row], bool]:
    """One page of ordered rows, and whether there are more; one query."""
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def address(query: QueryDict, **changes: str | None) -> str:
    """The query of an address with values changed or, with None, left out; a new filter starts at page one."""
    changed = query.copy()
    changed.pop("after", None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return "?" + changed.urlencode()
