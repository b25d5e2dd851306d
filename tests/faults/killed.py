"""Runs `open_tickets` for one answer after the other, and dies with -9 at the first statement, the second, and so on.

`python -m tests.faults.killed <response ids>` prints one line an answer: how far it came.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


class Death:
    """kill -9 before the statement of this number, counted from 1; a commit counts as one."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def step(self) -> None:
        """One more."""
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Callable[..., Any], *call: Any) -> Any:
        """For execute_wrapper."""
        self.step()
        return execute(*call)


def run(response_id: int, die_at: int) -> None:
    """As a worker would."""
    from django.db import connection

    from followup.tasks import open_tickets

    death = Death(die_at)
    commit = connection._commit  # type: ignore[attr-defined]

    def counted_commit() -> None:
        death.step()  # the work is done and not kept
        commit()
        death.step()  # it is kept, and the broker does not know

    connection._commit = counted_commit  # type: ignore[attr-defined]
    with connection.execute_wrapper(death.statement):
        open_tickets([response_id])


def main() -> None:
    django.setup()
    for die_at, response_id in enumerate(map(int, sys.argv[1:]), start=1):
        child = os.fork()
        if child == 0:
            try:
                run(response_id, die_at)
            except BaseException as error:  # noqa: BLE001
                print(f"failed {error!r}", flush=True)
                os._exit(1)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else f"ended {os.waitstatus_to_exitcode(status)}", flush=True)
        if not killed:
            break


if __name__ == "__main__":
    main()
