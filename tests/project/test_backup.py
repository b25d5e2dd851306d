"""A backup is restored for real, into another database: the same answers, links, tickets, histories and figures."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from nps_project import backup, links
from surveys.models import Response
from surveys.services.invitations import create_invitation
from tests.faults.programs import environment
from tests.making import make_answer, make_contact, make_survey, make_ticket
from tests.product import CHECKOUT
from tests.project.databases import ask, empty_database, with_database

pytestmark = pytest.mark.django_db(transaction=True)


def manage(*words: str, into: str = "", var_dir: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """One command against the database of the tests, or another one of the same server."""
    env = environment(**({"VAR_DIR": str(var_dir)} if var_dir else {}))
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


def test_what_is_restored_is_what_was_there(other: str, tmp_path: Path) -> None:
    survey = make_survey()
    for score in range(11):
        make_answer(survey, score, comment=f"{score}: 'quotes', \\. and æøå\n\\.")
    make_ticket(survey, 2, contact=make_contact(1))
    invitation = create_invitation(survey=survey, contact=make_contact(2))
    links._key.cache_clear()
    link = links.make_token("r", invitation.public_id)
    old_home, new_home = tmp_path / "old", tmp_path / "new"
    (old_home / "media").mkdir(parents=True)
    (old_home / "media" / "logo.svg").write_text("<svg/>")
    file = tmp_path / "winback.tar"

    made = manage("backup", str(file), var_dir=old_home)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "half" in path.name] == []
    assert [path.name for path in old_home.iterdir() if "backup" in path.name] == []

    done = manage("restore", str(file), into=other, var_dir=new_home)
    assert done.returncode == 0, done.stderr
    for table in ("surveys_response", "surveys_tally", "followup_ticket", "followup_activity", "surveys_invitation"):
        assert ask(other, f"SELECT count(*) FROM {table}") == ask(
            str(connection.settings_dict["NAME"]), f"SELECT count(*) FROM {table}"
        )
    assert ask(other, "SELECT count(*) FROM surveys_response WHERE comment LIKE E'%æøå\\n\\\\\\\\.'") == 11
    for check in ("verify_history", "check_tallies"):
        assert manage(check, into=other, var_dir=new_home).returncode == 0
    told = "from nps_project import links; from uuid import UUID; "
    told += f"print(links.make_token('r', UUID('{invitation.public_id}')))"
    assert manage("shell", "-v0", "-c", told, into=other).stdout.split()[-1] == link
    assert (new_home / "media" / "logo.svg").read_text() == "<svg/>"
    assert (new_home / "secret_key").read_text() == (old_home / "secret_key").read_text()

    again = manage("restore", str(file), into=other, var_dir=new_home)
    assert (again.returncode, "--replace" in again.stderr) == (1, True), "answers are not lost by accident"
    assert manage("restore", str(file), "--replace", into=other, var_dir=new_home).returncode == 0
    assert ask(other, "SELECT count(*) FROM surveys_response") == 12


def test_a_file_that_is_cut_off_or_of_a_newer_release_changes_nothing(tmp_path: Path) -> None:
    make_answer(make_survey(), 3)
    file = tmp_path / "winback.tar"
    assert manage("backup", str(file), var_dir=tmp_path).returncode == 0

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
    missing = manage("restore", str(tmp_path / "missing.tar"), var_dir=tmp_path)
    assert (missing.returncode, "No such file" in missing.stderr, "Traceback" in missing.stderr) == (1, True, False)


def _pack(folder: Path, file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        for name in ("winback.json", "secret_key", "database.dump"):
            tar.add(folder / name, name)


def test_a_database_in_use_is_left_alone(other: str, tmp_path: Path) -> None:
    file = tmp_path / "winback.tar"
    assert manage("backup", str(file), var_dir=tmp_path).returncode == 0
    done = manage("restore", str(file), "--replace", var_dir=tmp_path)  # this test's own connection is open
    assert (done.returncode, "Stop it first" in done.stderr) == (1, True)


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    done = manage("backup", str(tmp_path / "nowhere" / "x.tar"), var_dir=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    done = manage("backup", str(tmp_path / "x.tar"), into="no_such_database", var_dir=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("x.tar")]
    assert os.listdir(tmp_path)
