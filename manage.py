#!/usr/bin/env python
"""The commands of the product; those that need the database bring it along when nothing serves it."""

import os
import signal
import sys
from contextlib import ExitStack

from django.db import DatabaseError

from nps_project.embedded import EmbeddedError
from nps_project.embedded.ownership import servers_for

WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "doctor",  # tells what it finds, and changes nothing
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "run",  # has servers of its own
    "sendtestemail",
    "spectacular",
    "startapp",
    "startproject",
    "version",
}


def main(arguments: list[str]) -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    from django.core.management import execute_from_command_line

    with ExitStack() as stack:
        if _needs_servers(arguments[1:]):
            from django.conf import settings

            if settings.DATABASE_IS_EMBEDDED or settings.REDIS_IS_EMBEDDED:
                signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
                stack.enter_context(
                    servers_for(
                        settings.VAR_DIR,
                        arguments[1],
                        postgres=settings.DATABASE_IS_EMBEDDED,
                        valkey=settings.REDIS_IS_EMBEDDED,
                    )
                )
        try:
            execute_from_command_line(arguments)
        except DatabaseError as error:
            if (line := _about_the_database(error)) is None:
                raise
            sys.exit(f"winback: {line}")


def _about_the_database(error: DatabaseError) -> str | None:
    """One line when the database is gone, or is not that of this version yet; None: it is neither."""
    from django.db import connection

    from nps_project.health.checks_servers import database, missing_migrations

    connection.close()  # a failed statement leaves it in a transaction that takes no other
    found = database()
    if found.hint and found.state == "broken":
        return f"the database {found.message}. {found.hint}"
    if missing := missing_migrations():
        return f"{missing} migrations are not applied yet. Run manage.py migrate, then this once more."
    return None


def _needs_servers(words: list[str]) -> bool:
    return bool(words) and words[0] not in WITHOUT_SERVERS and not {"-h", "--help", "--version"} & set(words)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except EmbeddedError as error:
        sys.exit(f"winback: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
