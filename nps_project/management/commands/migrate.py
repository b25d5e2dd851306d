"""Django's migrate: an empty database gets its tables at once, and a table that others use is waited for a moment."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DatabaseError, connections
from django.db.migrations import Migration
from django.utils.translation import gettext as _
from psycopg2.errorcodes import LOCK_NOT_AVAILABLE  # type: ignore[import-untyped]  # it ships no types

from nps_project.operations import baseline, garbage

# With one of these it is asked for something else than every table.
_OTHER_ERRANDS = "app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune"

LOCK_TIMEOUT_S = 5.0  # as long as this, everybody who comes after a waiting migration waits with it


class Command(migrate.Command):
    """Answers come in while it runs: a migration that cannot have its lock gives up, and a second run goes on."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's, --lock-timeout and --one-by-one."""
        super().add_arguments(parser)
        waits = _("How long a migration waits for a table that others use; 0: without end.")
        parser.add_argument("--lock-timeout", type=float, default=LOCK_TIMEOUT_S, metavar=_("SECONDS"), help=waits)
        each = _("Apply the migrations one by one to an empty database, too, which else gets all tables at once.")
        parser.add_argument("--one-by-one", action="store_true", help=each)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError naming the migration that waited in vain, or that the database refused."""
        self._connection = connections[options["database"]]
        self._lock_timeout_s: float = options["lock_timeout"]
        self._applying = ""
        self._wait_at_most(self._lock_timeout_s)
        garbage.look_less_often()  # every step makes its classes anew: a fifth of the time of many steps
        try:
            if not (options["one_by_one"] or any(options[name] for name in _OTHER_ERRANDS)):
                self._begin(options["verbosity"])
            super().handle(*args, **options)
        except DatabaseError as error:
            if not self._applying or not self._connection.is_usable():
                raise  # the database is gone
            if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
                why = str(error).strip().partition("\n")[0]
                words = _("The database refused %(migration)s: %(why)s") % {"migration": self._applying, "why": why}
                raise CommandError(words) from error
            raise CommandError(
                _("%(migration)s waited %(seconds)g s for a table that others use, and changed nothing. "
                  "Run migrate again: it goes on from there.")
                % {"migration": self._applying, "seconds": self._lock_timeout_s}
            ) from error  # fmt: skip
        finally:
            if self._connection.is_usable():
                self._execute("RESET lock_timeout")

    def _begin(self, verbosity: int) -> None:
        """Make the tables of an empty database at once, where that can be."""
        applied = baseline.apply(self._connection)
        if applied and verbosity > 0:
            self.stdout.write(_("Made the tables of %d migrations at once.") % applied)

    def migration_progress_callback(self, action: str, migration: Migration | None = None, fake: bool = False) -> None:
        """Called by Django before and after each migration."""
        if migration is not None and action in ("apply_start", "unapply_start"):
            self._applying = str(migration)
            # CONCURRENTLY waits for transactions that began earlier, and keeps nobody waiting meanwhile.
            self._wait_at_most(self._lock_timeout_s if migration.atomic else 0)
        super().migration_progress_callback(action, migration, fake)

    def _wait_at_most(self, seconds: float) -> None:
        self._execute(f"SET lock_timeout = {round(seconds * 1000)}")

    def _execute(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
