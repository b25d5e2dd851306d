"""Find the survey of a customer's request with one SQL statement, since every customer waits for it."""

from typing import Any

from django.db import InterfaceError, OperationalError, connection

from surveys.models import Survey, SurveyStatus

_FIELDS = [field.attname for field in Survey._meta.concrete_fields]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Survey._meta.concrete_fields)
_BY_SLUG = f"SELECT {_COLUMNS} FROM surveys_survey WHERE slug = %s AND status <> %s"  # noqa: S608  (column names)


def survey_for_customers(slug: str) -> Survey | None:
    """The survey at /s/<slug>/, unless it is a draft; one query.

    It is also the check whether a kept connection still works, in place of Django's own round trip for that: a read
    that fails is tried once more on a new connection. Raises: OperationalError when there is no database.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # its stubs leave it out
    try:
        row = _row(slug)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        row = _row(slug)
    return Survey.from_db(connection.alias, _FIELDS, row) if row else None


def _row(slug: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_BY_SLUG, [slug, SurveyStatus.DRAFT.value])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found
