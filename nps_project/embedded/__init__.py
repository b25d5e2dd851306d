"""PostgreSQL and Valkey out of wheels, for one machine: where they listen. Settings import this; it touches nothing."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = USER = "winback"


class EmbeddedError(Exception):
    """Why the embedded servers cannot serve, in one line for the person at the terminal."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers of one VAR_DIR listen, as DATABASE_URL and REDIS_URL would say it."""

    database_url: str
    redis_url: str


def addresses(var_dir: Path) -> Addresses:
    """The addresses that belong to a VAR_DIR: the same for every process of the same user, running or not."""
    return addresses_in(socket_directory(var_dir))


def addresses_in(sockets: Path) -> Addresses:
    """The addresses of servers whose sockets lie in this directory."""
    return Addresses(
        database_url=f"postgres://{USER}@/{DATABASE}?host={quote(str(sockets), safe='/')}",
        redis_url=f"unix://{quote(str(sockets), safe='/')}/valkey.sock?db=0",
    )


def identifier(var_dir: Path) -> str:
    """Twelve hexadecimal digits that stand for a VAR_DIR in names outside of it."""
    return hashlib.sha256(os.fsencode(var_dir.expanduser().resolve())).hexdigest()[:12]


def socket_directory(var_dir: Path) -> Path:
    """A short private directory: the address of a socket holds 107 bytes, the name of a VAR_DIR may be longer.

    It depends on neither TMPDIR nor XDG_RUNTIME_DIR, which a login shell and a cron job do not share.
    """
    if os.geteuid() == 0:  # below a directory that only root writes to
        run = Path("/run")
        return (run if run.is_dir() else Path("/var/run")) / f"winback-{identifier(var_dir)}"
    return Path("/tmp") / f"winback-{os.geteuid()}-{identifier(var_dir)}"  # noqa: S108  owner and mode are checked
