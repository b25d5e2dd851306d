"""Another database on the server of the tests: made empty, asked, dropped."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
from django.contrib.contenttypes.models import ContentType
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


@contextmanager
def copied_database(name: str) -> Iterator[str]:
    """The database of the tests once more, as it is now, while the block runs; nobody else may be connected to it."""
    own = str(connection.settings_dict["NAME"])
    with connected_to("postgres"), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {own}")
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def connected_to(name: str, **elsewhere: str) -> Iterator[None]:
    """This thread's connection of Django leads to another database of the same server while the block runs, or of
    another server, as `elsewhere` (HOST, USER, PASSWORD) says."""
    own = {word: connection.settings_dict[word] for word in ("NAME", *elsewhere)}
    _lead_to({"NAME": name} | elsewhere)
    try:
        yield
    finally:
        _lead_to(own)


def _lead_to(there: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(there)
    ContentType.objects.clear_cache()


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
