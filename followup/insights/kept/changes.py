"""Which changes of settings, and which erasures, the database of a page knows of.

Their rows are stored with the change itself, so that none is missed when the Redis store was away, full or emptied just
then; and a replica that is behind tells of those alone that its figures show.
"""

from functools import cache

from auditlog.models import LogEntry
from django.db import connection

from nps_project.common.statements import Prepared
from nps_project.privacy.models import Erasure

_LAST = 1_000  # rows: one may be seen after a later one, of a transaction that took longer


@cache
def _statement() -> Prepared:
    """Of both tables the last row and how many of those before it are there; two short walks of their keys."""
    parts = [
        f"(SELECT row(count(*), max(id), max({time}))::text FROM {table}"  # noqa: S608  (names of tables and columns)
        f" WHERE id > (SELECT max(id) FROM {table}) - {_LAST})"
        for table, time in ((LogEntry._meta.db_table, "timestamp"), (Erasure._meta.db_table, '"at"'))
    ]
    return Prepared("changes_of_settings", f"SELECT {', '.join(parts)}", [])


def known_changes() -> str:
    """A text that is another one after each such change; one query. Asked before the counting: what is changed
    meanwhile has what was counted kept under a name that nobody reads."""
    with connection.cursor() as cursor:
        _statement().execute(cursor, [])
        return repr(cursor.fetchone())
