"""What is in the database, to see whether anything in it was changed."""

from django.db import connection

NEVER_COUNTED = {
    "django_session",
    "accounts_user",
    "accounts_session",
}  # a look may renew a session; last_login is the login's


def contents() -> dict[str, str]:
    """A digest of every table."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - NEVER_COUNTED)
        digests = {}
        for table in tables:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            digests[table] = cursor.fetchone()[0]
    return digests


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The tables that are not as they were."""
    return {table for table in before if before[table] != after[table]}
