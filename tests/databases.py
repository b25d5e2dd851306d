"""Another database on the server of the tests: made empty, asked, dropped."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from tests import kept_cluster, services


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
def migrated_database(name: str) -> Iterator[str]:
    """One with every table and no row, there while the block runs."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        template = f" TEMPLATE {kept_cluster.MIGRATED}" if services.has_migrated_database() else ""
        cursor.execute(f"CREATE DATABASE {name}{template}")
    try:
        with connected_to(name):
            call_command("migrate", interactive=False, verbosity=0)
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
