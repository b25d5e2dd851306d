"""System checks of settings that cannot work together."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register
def check_database_is_postgresql(**kwargs: Any) -> list[CheckMessage]:
    """Refuse other databases: the product uses PostgreSQL's constraints and locks."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine.endswith("postgresql"):
        return []
    return [Error(f"DATABASE_URL leads to {engine}; only PostgreSQL is supported.", id="winback.E001")]


@register(deploy=True)
def check_site_url_is_https(**kwargs: Any) -> list[CheckMessage]:
    """Warn when SITE_URL is not https, so that links in mails would not be safe."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Warning("SITE_URL is not https, so cookies travel unprotected.", id="winback.W001")]


@register(deploy=True)
def check_replica_is_another_server(**kwargs: Any) -> list[CheckMessage]:
    """Warn when DATABASE_REPLICA_URL leads to the database itself; `doctor` asks the servers."""
    names = ("HOST", "PORT", "NAME")
    replica, database = ([one.get(name) for name in names] for one in (settings.DATABASE_REPLICA, _default()))
    if replica != database:
        return []
    return [Warning("DATABASE_REPLICA_URL leads to the database of DATABASE_URL, not to a replica.", id="winback.W002")]


def _default() -> dict[str, Any]:
    found: dict[str, Any] = settings.DATABASES["default"]
    return found
