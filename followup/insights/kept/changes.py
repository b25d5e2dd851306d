"""Which changes of settings, which erasures and which restore the database of a page knows of.

Their rows are stored with the change itself, so that none is missed when the Redis store was away, full or emptied just
then; and a replica that is behind tells of those alone that its figures show. A restore makes every table anew, which
PostgreSQL then knows by another number.
"""

from functools import cache

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from nps_project.common.statements import Prepared
from nps_project.privacy.models import Erasure

# What the audit has of these is daily work: an import at night, or a campaign that begins, is like new answers, and the
# page says when it was counted. No right and no name of a figure hangs on them.
DAILY = (
    "imports.contactimport", "surveys.bulkdecision", "surveys.response", "surveys.campaign", "silence.calllist",
    "events.event", "wall.walllink", "improvements.improvement", "improvements.lettertexts", "trials.trial",
    "accounts.apikey", "followup.absence",
)  # fmt: skip

_ERASURES = Erasure._meta.db_table
_LAST = 1_000  # rows: one may be seen after a later one, of a transaction that took longer


@cache
def _statement() -> Prepared:
    """Of the audit's rows about settings, and of erasures, the last one and how many of those before it are there, by
    short walks of their keys; and the number of a table."""
    kinds, entries = ContentType._meta.db_table, LogEntry._meta.db_table
    labels = ", ".join(f"'{label}'" for label in DAILY)
    daily = f"ARRAY(SELECT id FROM {kinds} WHERE app_label || '.' || model IN ({labels}))"  # noqa: S608
    parts = [
        _last_of(entries, "timestamp", f"content_type_id <> ALL ({daily})"),
        _last_of(_ERASURES, '"at"', "true"),
        f"to_regclass('{_ERASURES}')::oid",
    ]
    return Prepared("changes_of_settings", f"SELECT {', '.join(parts)}", [])


def _last_of(table: str, time: str, condition: str) -> str:
    last = f"SELECT id, {time} AS told_at FROM {table} WHERE {condition} ORDER BY id DESC LIMIT 1"  # noqa: S608
    until = f"SELECT count(*) FROM {table} WHERE id > last.id - {_LAST} AND {condition}"  # noqa: S608
    return f"(SELECT row(last.id, last.told_at, ({until}))::text FROM ({last}) AS last)"  # noqa: S608


def known_changes() -> str:
    """A text that is another one after each such change; one query. Asked before the counting: what is changed
    meanwhile has what was counted kept under a name that nobody reads."""
    with connection.cursor() as cursor:
        _statement().execute(cursor, [])
        return repr(cursor.fetchone())
