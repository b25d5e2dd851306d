"""Pages that continue from a cursor, the stored keys of a page's last row; and counts that stop. No OFFSET."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from nps_project.common.together import ask, number_of

PAGE_SIZE = 50
COUNT_LIMIT = 999

Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])


class BadKey(ValueError):
    """A cursor that no page of ours gave."""


def bounded_count(rows: QuerySet[Any], limit: int | None = None) -> int:
    """The number of rows, at most `limit` + 1 (COUNT_LIMIT, when it is not given); one query that stops there."""
    return rows.order_by()[: (COUNT_LIMIT if limit is None else limit) + 1].count()


def bounded_counts(lists: Sequence[QuerySet[Any]], limit: int | None = None) -> list[int]:
    """`bounded_count` of each of these, in one query."""
    most = COUNT_LIMIT if limit is None else limit
    return list(ask({str(number): number_of(rows, most + 1) for number, rows in enumerate(lists)}).values())


def read_id(key: str) -> int:
    """The id in a cursor. Raises: BadKey."""
    if not (key.isascii() and key.isdigit() and len(key) <= 19 and int(key) < 2**63):
        raise BadKey(key)
    return int(key)


def before_id(rows: Rows, key: str) -> Rows:
    """The rows with a lower id than the cursor's. Raises: BadKey."""
    return rows.filter(pk__lt=read_id(key))


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
