"""How long a process may keep the database busy, by its role.

wsgi.py and celery.py call `limit_connections` when a web server or a worker starts. All other processes, such as
migrations, backups and commands, have no limit. Celery's own time limit does not stop a task in a thread.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds. `statement_s`: one statement with its waits for locks; `idle_s`: between two of a transaction."""

    statement_s: int
    idle_s: int


WEB = Timeouts(statement_s=15, idle_s=30)
WORKER = Timeouts(statement_s=120, idle_s=120)


def limit_connections(timeouts: Timeouts) -> None:
    """Set these timeouts on each database connection that this process opens from now on; one statement for each.

    Behind a pooler that gives a connection for one transaction the next process would get them: there the database's
    role has them (docs/operate.md).
    """
    if settings.DATABASE_IS_POOLED:
        return

    def set_timeouts(sender: Any, connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false),"
                " set_config('idle_in_transaction_session_timeout', %s, false)",
                [f"{timeouts.statement_s}s", f"{timeouts.idle_s}s"],
            )

    connection_created.connect(set_timeouts, weak=False, dispatch_uid="operations.database_timeouts")
