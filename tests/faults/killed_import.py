"""Works on an import, and dies with -9 at the first statement, the second, and so on, each time in a new process.

`python -m tests.faults.killed_import <id>` prints one line a process: how far it came. The last one did a part whole.
"""

import os
import signal
import sys
from importlib import import_module

import django

from tests.faults.killed import Death

SERVICES = "surveys.contacts.imports.services"


def run(run_id: int, die_at: int) -> None:
    """One part, as a worker would."""
    from django.db import connection

    death = Death(die_at)
    commit = connection._commit  # type: ignore[attr-defined]

    def counted_commit() -> None:
        death.step()  # the part is done and not kept
        commit()

    connection._commit = counted_commit  # type: ignore[attr-defined]
    with connection.execute_wrapper(death.statement):
        import_module(SERVICES).do_next_part(run_id)


def main() -> None:
    django.setup()
    import_module(SERVICES)  # once, and not in each child
    for die_at in range(1, 200):
        child = os.fork()
        if child == 0:
            try:
                run(int(sys.argv[1]), die_at)
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
