"""Find the survey of a customer's request: with one SQL statement, or without any to only show it.

Every customer waits for it. Half of the time of showing a page was this statement (`make bench`).
"""

import time
from functools import partial
from typing import Any

from django.db import connection, transaction

from nps_project.common.statements import on_a_living_connection
from surveys.models import Survey, SurveyStatus

FRESH_S = 1.0  # so soon a page shows what another process changed
_MOST = 1000  # surveys in memory
_seen: dict[str, tuple[float, Survey]] = {}
_FIELDS = [field.attname for field in Survey._meta.concrete_fields]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Survey._meta.concrete_fields)
_BY_SLUG = f"SELECT {_COLUMNS} FROM surveys_survey WHERE slug = %s AND status <> %s"  # noqa: S608  (column names)


def survey_for_customers(slug: str) -> Survey | None:
    """The survey at /s/<slug>/, unless it is a draft; one query.

    Raises: OperationalError when there is no database.
    """
    row = on_a_living_connection(partial(_row, slug))
    return Survey.from_db(connection.alias, _FIELDS, row) if row else None


def survey_to_show(slug: str) -> Survey | None:
    """The survey at /s/<slug>/ as it was within the last second, unless it is a draft; mostly no query.

    Many requests share it: nobody may change it. A change in this process shows at once (`forget`). An answer needs
    `survey_for_customers`.
    """
    if (seen := survey_in_memory(slug)) is not None:
        return seen
    read_at = time.monotonic()
    found = survey_for_customers(slug)
    if found is not None:
        if len(_seen) >= _MOST:
            _seen.clear()
        _seen[slug] = read_at, found
    return found


def survey_in_memory(slug: str) -> Survey | None:
    """The same without asking the database; None when nobody has asked it within the last second."""
    read_at, found = _seen.get(slug, (0.0, None))
    return found if time.monotonic() - FRESH_S < read_at else None


def forget(**_signal: Any) -> None:
    """Read every survey anew: called when one is changed, and once more when that is committed."""
    forget_all()
    transaction.on_commit(forget_all)


def forget_all() -> None:
    """Have no survey in memory."""
    _seen.clear()


def _row(slug: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_BY_SLUG, [slug, SurveyStatus.DRAFT.value])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found
