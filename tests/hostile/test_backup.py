"""A forged backup: what its rows say is believed, and nothing in it is run, now or when the product goes on."""

import hashlib
import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg2.extensions import make_dsn  # type: ignore[import-untyped]

from nps_project.operations import backup
from surveys.models import Response
from tests.databases import ask, connected_to, empty_database, migrated_database
from tests.factories import make_answer, make_survey

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = r"""
CREATE FUNCTION open_the_door() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
$$BEGIN COPY (SELECT 1) TO PROGRAM 'cat >{mark}/trigger'; RETURN NEW; END$$;
CREATE TRIGGER door BEFORE INSERT OR UPDATE ON surveys_survey EXECUTE FUNCTION open_the_door();
CREATE TRIGGER door BEFORE INSERT OR UPDATE ON django_session FOR EACH ROW EXECUTE FUNCTION open_the_door();
CREATE FUNCTION is_fine(value text) RETURNS boolean LANGUAGE plpgsql AS
$$BEGIN COPY (SELECT 1) TO PROGRAM 'cat >{mark}/check'; RETURN true; END$$;
ALTER TABLE surveys_survey ADD CONSTRAINT door CHECK (is_fine(name));
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS
$$BEGIN COPY (SELECT 1) TO PROGRAM 'cat >{mark}/event'; END$$;
CREATE TABLE bait (a_name_that_leaves_room_for_a_program_and_for_its_path text);
INSERT INTO bait VALUES ('x');
CREATE TABLE left_out (name text);
INSERT INTO left_out VALUES ('x');
CREATE TABLE "a
\! touch {mark}/psql
--" (name text);
INSERT INTO "a
\! touch {mark}/psql
--" VALUES (E'\\! touch {mark}/row');
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();
"""


def schema_of(database: str) -> str:
    """All but the rows, as pg_dump writes it."""
    command, environment = backup.client_command("pg_dump", "--schema-only", "--no-owner", "--no-privileges")
    command[-1] = "--dbname=" + make_dsn(command[-1].removeprefix("--dbname="), dbname=database)
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    shown = re.sub(r"--\n-- Name: (SCHEMA )?public; Type: .*?(?=--\n-- Name)", "", shown, flags=re.DOTALL)
    return re.sub(r"^\\(un)?restrict .*\n", "", shown, flags=re.MULTILINE)


def run(database: str, statements: str) -> None:
    told = connection.get_connection_params() | {"dbname": database}
    found = psycopg2.connect(**{word: told[word] for word in ("dbname", "user", "host", "port") if word in told})
    try:
        with found, found.cursor() as cursor:
            cursor.execute(statements)
    finally:
        found.close()


def packed(file: Path, to: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """The backup with some of its entries changed, and a digest that fits again."""
    with tarfile.open(file) as tar:
        entries = {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isreg()}  # type: ignore[union-attr]
    change(entries)
    manifest = entries["winback.json"]
    if manifest.startswith(b"{"):
        told = json.loads(manifest)
        entries["winback.json"] = json.dumps(
            told | {"sha256": hashlib.sha256(entries["database.dump"]).hexdigest()}
        ).encode()
    with tarfile.open(to, "w") as tar:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return to


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    """A VAR_DIR of its own."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "media"


@pytest.fixture
def mark() -> Iterator[Path]:
    """A directory that the database server may write to, too."""
    with tempfile.TemporaryDirectory(prefix="mark") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_nothing_in_a_forged_backup_is_run(tmp_path: Path, mark: Path) -> None:
    """Neither what was planted in the database before it was made, nor what was written into its file."""
    planted, forged = tmp_path / "planted.tar", tmp_path / "forged.tar"
    with ExitStack() as stack:
        theirs = stack.enter_context(migrated_database("theirs"))
        ours = stack.enter_context(empty_database("ours"))
        with connected_to(theirs):
            for score in range(3):
                make_answer(make_survey(f"s{score}"), score)
        run(theirs, PLANTED.replace("{mark}", str(mark)))
        with connected_to(theirs):
            call_command("backup", str(planted), stdout=StringIO())
        list(map(Path.unlink, mark.iterdir()))  # what ran at the forger's

        def patch(entries: dict[str, bytes]) -> None:
            dump = entries["database.dump"]
            found = re.search(rb"COPY public\.bait \([^)]*\) FROM stdin;\n", dump)
            assert found is not None
            program = b"COPY bait TO PROGRAM 'cat >%b/copy';" % bytes(mark)
            assert len(program) < len(found[0])
            entries["database.dump"] = dump.replace(found[0], program.ljust(len(found[0]) - 1) + b"\n")

        packed(planted, forged, patch)
        warned = StringIO()
        with connected_to(ours):
            call_command("restore", str(forged), "--replace", stdout=StringIO(), stderr=warned)
        assert warned.getvalue().splitlines() == ["Left out, since no release has these tables: left_out"]
        assert schema_of(ours) == schema_of(str(connection.settings_dict["NAME"]))
        assert ask(ours, "SELECT count(*) FROM surveys_response") == 3
        run(ours, "UPDATE surveys_survey SET name = name || '!'")
        with connected_to(ours):
            call_command("check_tallies", stdout=StringIO())
        assert list(mark.iterdir()) == []


MANIFESTS = {
    "no table": b"[1]",
    "deep": b"[" * 100_000,
    "not even text": b"\xff\xfe{",
    "no migrations": b'{"format": 1, "sha256": "", "made_at": "2026-01-01", "migrations": 7}',
}


def test_what_is_odd_about_a_backup_is_refused_in_one_line(tmp_path: Path) -> None:
    make_answer(make_survey(), 3)
    honest = tmp_path / "honest.tar"
    call_command("backup", str(honest), stdout=StringIO())

    def told(**more: Any) -> Callable[[dict[str, bytes]], Any]:
        return lambda entries: entries.update(
            {"winback.json": json.dumps(json.loads(entries["winback.json"]) | more).encode()}
        )

    changes: dict[str, Callable[[dict[str, bytes]], Any]] = {
        name: lambda entries, text=text: entries.update({"winback.json": text}) for name, text in MANIFESTS.items()
    } | {
        "no key": lambda entries: entries.pop("secret_key"),
        "an empty key": lambda entries: entries.update(secret_key=b"\n"),
        "a key of two lines": lambda entries: entries.update(secret_key=b"a\nb"),
        "an endless key": lambda entries: entries.update(secret_key=b"k" * 10_000_000),
        "colours for the terminal": told(made_at="\x1b[31mnow"),
        "colours in a migration": told(migrations=[["surveys", "\x1b[31m0001"]]),
        "no database": lambda entries: entries.update({"database.dump": b""}),
        "words for psql": lambda entries: entries.update({"database.dump": b"\\! touch here\n"}),
        "no migration at all": told(migrations=[]),
    }  # fmt: skip
    for name, change in changes.items():
        odd = packed(honest, tmp_path / "odd.tar", change)
        with odd.open("rb") as source, pytest.raises(backup.BackupError) as refused:
            backup.restore(source, replace=True)
        assert str(refused.value).isprintable(), name
        assert Response.objects.count() == 1, name
    assert not Path("here").exists()
    sparse = tarfile.TarInfo("media/huge")
    sparse.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 50),
                          "GNU.sparse.map": "0,0"}  # fmt: skip
    with tarfile.open(honest, "a", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(sparse)
    with honest.open("rb") as source, pytest.raises(backup.BackupError, match="no backup"):
        backup.restore(source, replace=True)
