#!/usr/bin/env python
"""The commands of the product; those that need the database bring it along when nothing serves it."""

import os
import signal
import sys
from contextlib import ExitStack

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
        execute_from_command_line(arguments)


def _needs_servers(words: list[str]) -> bool:
    return bool(words) and words[0] not in WITHOUT_SERVERS and not {"-h", "--help", "--version"} & set(words)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except EmbeddedError as error:
        sys.exit(f"winback: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
