"""The servers of the test session: real, quick, and fit to be broken."""

import os
import time
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import pytest
import redis
from django.conf import settings
from django.db import connection

from tests import services


def test_settings_use_the_servers_of_the_session(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('server_version_num')::int >= 180000")
        assert cursor.fetchone() == ("off", True)
    assert services.valkey().port_or_socket in settings.REDIS_URL
    assert Path(os.environ["VAR_DIR"]) == settings.VAR_DIR
    assert not settings.DATABASE_IS_EMBEDDED


def test_valkey_can_be_stopped_and_started_with_what_it_had() -> None:
    valkey = services.valkey()
    client = valkey.client()
    client.set("kept", "1")
    valkey.stop()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    began = time.monotonic()
    valkey.start()
    assert time.monotonic() - began < 5
    assert client.get("kept") == b"1"
    valkey.flushall()
    assert client.get("kept") is None
    client.close()


def test_a_paused_valkey_takes_connections_and_answers_nobody() -> None:
    valkey = services.valkey()
    client = valkey.client()
    valkey.pause()
    try:
        with pytest.raises(redis.TimeoutError):
            client.ping()
    finally:
        valkey.resume()
    assert client.ping()
    client.close()


def test_postgres_comes_back_from_a_crash_with_what_was_committed() -> None:
    postgres = services.postgres()
    before = postgres.connect()
    with before.cursor() as cursor:
        cursor.execute("CREATE TABLE committed (n int)")
        before.commit()
        cursor.execute("INSERT INTO committed VALUES (1)")
        postgres.crash()
        with pytest.raises(psycopg2.OperationalError):
            before.commit()
    before.close()
    postgres.start()
    after = postgres.connect()
    with after.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM committed")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE committed")
    after.commit()
    after.close()


def test_django_works_after_the_database_was_away(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
