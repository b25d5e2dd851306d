"""Write, look up, clear and retry the rows that sweeps put aside."""

import re
import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Least

from nps_project.background.models import PutAside
from nps_project.operations.logs import clean

FIRST_PAUSE_S, LONGEST_PAUSE_S, DOUBLINGS = 60, 3600, 6
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|„[^“]*“|“[^”]*”")
_VENV = ".venv"

_PUT_ASIDE = """
INSERT INTO background_putaside AS known (sweep, row_id, failures, retry_at, error, message, first_at)
VALUES (%(sweep)s, %(row_id)s, 1, %(at)s + make_interval(secs => %(first)s), %(error)s, %(message)s, %(at)s)
ON CONFLICT (sweep, row_id) DO UPDATE SET
    failures = known.failures + 1,
    retry_at = %(at)s + make_interval(
        secs => least(%(first)s * 2 ^ least(known.failures, %(doublings)s), %(longest)s)),
    error = excluded.error, message = excluded.message
"""


def put_aside(sweep: str, row_id: int, at: datetime, error: str, message: str) -> None:
    """Try this row again in a minute, after another failure in two, and so on up to an hour. One statement."""
    values: dict[str, str | int | datetime] = {
        "sweep": sweep, "row_id": row_id, "at": at, "error": error, "message": message,
        "first": FIRST_PAUSE_S, "longest": LONGEST_PAUSE_S, "doublings": DOUBLINGS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PUT_ASIDE, values)


def known(sweep: str, row_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Those of the rows that were put aside, each with its error and message; one query."""
    rows = PutAside.objects.filter(sweep=sweep, row_id__in=row_ids)
    return {row_id: (error, message) for row_id, error, message in rows.values_list("row_id", "error", "message")}


def of_sweep(sweep: str) -> QuerySet[PutAside]:
    """The rows that this sweep put aside."""
    return PutAside.objects.filter(sweep=sweep)


def clear(sweep: str, row_ids: Iterable[int]) -> None:
    """Delete the records of these rows, which succeeded or are not due any more."""
    PutAside.objects.filter(sweep=sweep, row_id__in=list(row_ids)).delete()


def try_again(at: datetime, *, only: int | None = None) -> int:
    """Have the next run of their sweeps take all rows, or `only` this one by its id here. Returns: how many."""
    rows = PutAside.objects.all() if only is None else PutAside.objects.filter(pk=only)
    return rows.update(retry_at=Least(F("retry_at"), at))


def describe(error: Exception) -> tuple[str, str]:
    """The class and message of an error: its first line and our line of code, without what a customer may have typed.

    Addresses, numbers and all that stands in quotation marks is left out.
    """
    first = _QUOTED.sub("…", clean(str(error)).strip().partition("\n")[0])[:200]
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(settings.BASE_DIR) and _VENV not in path.parts:
            where = f"{path.relative_to(settings.BASE_DIR)}:{frame.lineno}"
    return type(error).__name__[:100], " ".join(filter(None, (first, f"({where})" if where else "")))[:300]
