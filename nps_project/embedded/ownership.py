"""Let one process at a time run the servers of a VAR_DIR, by a lock that ends with the process.

`owner.lock` is held by the process that started them, and tells who that is. `guests.lock` is held together by the
commands that use them meanwhile; an owner that is such a command itself waits for these before it stops the servers.
"""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from nps_project.embedded import EmbeddedError
from nps_project.embedded.places import prepare
from nps_project.embedded.processes import end_recorded, record
from nps_project.embedded.servers import START_S, Postgres, Server, Valkey

SUPERVISOR = "run"
TAKEOVER_S = 5.0  # how long what a killed owner left behind may take to end by itself


@dataclass(frozen=True)
class Owner:
    """Who holds a VAR_DIR."""

    pid: int
    command: str
    address: str = ""

    def __str__(self) -> str:
        return f"process {self.pid} (manage.py {self.command})" + (f" at {self.address}" if self.address else "")


class Ownership:
    """The lock of a VAR_DIR; free again when this process ends, however it ends."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.run = var_dir / "run"
        self._file: IO[str] | None = None
        try:
            self.run.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"VAR_DIR {var_dir} cannot be written: {error.strerror}") from error

    def take(self, owner: Owner) -> bool:
        """Take the lock, and end what a killed owner left behind; False when another process has it."""
        file = _locked(self.run / "owner.lock", fcntl.LOCK_EX)
        if file is None:
            return False
        self._file = file
        file.seek(0)
        file.truncate()
        json.dump(asdict(owner), file)
        file.flush()
        end_recorded(self.run, TAKEOVER_S)
        return True

    def holder(self) -> Owner | None:
        """Who has it; None when nobody has, or is just taking it."""
        path = self.run / "owner.lock"
        if (file := _locked(path, fcntl.LOCK_EX)) is not None:
            file.close()
            return None
        try:
            return Owner(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def release(self) -> None:
        """Give it back."""
        if self._file:
            self._file.close()
            self._file = None

    def as_guest(self) -> IO[str] | None:
        """Keep the owner from stopping the servers while the file is open; None when it is stopping them."""
        return _locked(self.run / "guests.lock", fcntl.LOCK_SH)

    def without_guests(self) -> IO[str] | None:
        """Keep guests out while the file is open; None when there is one."""
        return _locked(self.run / "guests.lock", fcntl.LOCK_EX)


def _locked(path: Path, kind: int) -> IO[str] | None:
    file = path.open("a+")
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextmanager
def servers_for(var_dir: Path, command: str, *, postgres: bool, valkey: bool) -> Iterator[None]:
    """The embedded servers for the length of one command: those that run, or else our own. From the main thread."""
    ownership = Ownership(var_dir)
    place = prepare(var_dir)
    wanted: list[Server] = [*([Postgres(place)] if postgres else []), *([Valkey(place)] if valkey else [])]
    with ExitStack() as stack:
        while True:
            if ownership.take(Owner(os.getpid(), command)):
                stack.callback(ownership.release)
                stack.callback(_stop_without_guests, ownership, wanted)
                start(wanted, ownership.run)
                break
            if (guest := ownership.as_guest()) is not None:
                if _serves(ownership, wanted):
                    stack.callback(guest.close)
                    break
                guest.close()
            time.sleep(0.05)
        yield


def start(servers: list[Server], run: Path) -> None:
    """Start them side by side, and wait for each."""
    for server in servers:
        server.set_up()
        record(run / f"{server.name}.pid", server.spawn().pid)
    for server in servers:
        server.wait_until_ready()
        if isinstance(server, Postgres):
            server.make_database()


def _serves(ownership: Ownership, servers: list[Server]) -> bool:
    """Whether the servers of another process answer; False when that process is gone. Raises: EmbeddedError."""
    deadline = time.monotonic() + START_S
    while not all(server.is_ready() for server in servers):
        time.sleep(0.05)
        if (holder := ownership.holder()) is None:
            return False
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"the servers of {holder} do not answer; stop it, and look into {ownership.var_dir}/log"
            )
    for server in servers:
        if isinstance(server, Postgres):
            server.make_database()  # the owner may not have come to it yet
    return True


def _stop_without_guests(ownership: Ownership, servers: list[Server]) -> None:
    has_warned = False
    while (alone := ownership.without_guests()) is None:
        if not has_warned and sys.stderr.isatty():
            print("winback: waiting for another command that uses the database", file=sys.stderr)
        has_warned = True
        time.sleep(0.05)
    for server in reversed(servers):
        server.stop()
        (ownership.run / f"{server.name}.pid").unlink(missing_ok=True)
    alone.close()
