"""Another database on the server of the tests: made empty, asked, dropped."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
from django.db import connection


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """There while the block runs."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def with_database(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return re.sub(r"^(\w+://[^/]*/)[^?]*", lambda match: match[1] + name, url)


def ask(name: str, sql: str) -> Any:
    """The one value that a statement returns there."""
    told = connection.get_connection_params() | {"dbname": name}
    found = psycopg2.connect(**{word: told[word] for word in ("dbname", "user", "host", "port") if word in told})
    try:
        with found.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        found.close()
