"""Checks of database, migrations and broker."""

import time
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from nps_project.health.checks import CheckResult, State

OLDEST_POSTGRESQL = 150_000
FEW_CONNECTIONS = 0.8  # of those the server allows
TIMEOUT_S = 1.0


def database() -> CheckResult:
    """Whether the database answers, is new enough, and keeps what it acknowledged."""
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
                " current_setting('fsync'), current_setting('synchronous_commit'),"
                " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
                " current_setting('max_connections')::int"
            )
            number, version, fsync, commit, used, most = cursor.fetchone()
    except DatabaseError:
        connection.close()
        where = (
            _("Start the product with `make run`.")
            if settings.DATABASE_IS_EMBEDDED
            else _("Look at DATABASE_URL and at the server.")
        )
        return CheckResult(State.BROKEN, _("cannot be reached"), where)
    message = _("PostgreSQL %(version)s, answered in %(ms)d ms") % {
        "version": version.split(" ")[0],
        "ms": round(1000 * (time.monotonic() - began)),
    }
    if number < OLDEST_POSTGRESQL:
        return CheckResult(State.BROKEN, message, _("PostgreSQL 15 or newer is needed."))
    if "off" in (fsync, commit):
        hint = _("fsync or synchronous_commit is off: a power cut loses answers that were thanked for. Switch both on.")
        return CheckResult(State.LOOK, message, hint)
    if used > FEW_CONNECTIONS * most:
        hint = _("%(used)d of %(most)d connections are in use. Raise max_connections, or run fewer processes.")
        return CheckResult(State.LOOK, message, hint % {"used": used, "most": most})
    return CheckResult(State.OK, message)


def missing_migrations() -> int:
    """How many of this version's the database has not had."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrations() -> CheckResult:
    """Whether the tables are those of this version."""
    if missing := missing_migrations():
        return CheckResult(State.BROKEN, _("%d missing") % missing, _("Run manage.py migrate."))
    return CheckResult(State.OK, _("all applied"))


def store() -> redis.Redis:
    """A client of the broker's store that waits at most TIMEOUT_S."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)


def broker() -> CheckResult:
    """Whether the broker answers, and keeps its messages when its memory is full."""
    began = time.monotonic()
    try:
        with store() as client:
            client.ping()
            took = time.monotonic() - began
            info: Any = client.info()
    except (redis.RedisError, OSError):
        where = (
            _("Start the product with `make run`.")
            if settings.REDIS_IS_EMBEDDED
            else _("Look at REDIS_URL and at the server.")
        )
        return CheckResult(State.BROKEN, _("cannot be reached"), where)
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version") or info.get("redis_version", "?")
    message = _("%(name)s %(version)s, answered in %(ms)d ms") % {
        "name": name,
        "version": version,
        "ms": round(1000 * took),
    }
    if info.get("maxmemory") and info.get("maxmemory_policy", "noeviction") != "noeviction":
        return CheckResult(
            State.LOOK, message, _("It may throw messages away when it is full. Set maxmemory-policy noeviction.")
        )
    return CheckResult(State.OK, message)
