"""The embedded servers: where they are, who may use them, and that nobody else's directories change for them."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import environ
import pytest

from nps_project.embedded import EmbeddedError, addresses, addresses_in, places, processes, socket_directory
from nps_project.embedded.ownership import Owner, Ownership, servers_for
from nps_project.embedded.places import private_directory, service_account
from nps_project.embedded.servers import Postgres, Valkey
from tests.product import CHECKOUT, forget

AS_ROOT = os.geteuid() == 0


def modes(*directories: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode, owner and group of each."""
    return {path: (path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in directories}


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A VAR_DIR with a name that needs quoting, in a directory that anybody may pass through."""
    for parent in [tmp_path, *tmp_path.parents]:
        if parent == tmp_path or parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    path = tmp_path / "vår with spaces"
    yield path
    forget(path)


def test_an_address_is_the_same_for_every_process_of_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = addresses(tmp_path / "var")
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/elsewhere")
    assert addresses(tmp_path / "x" / ".." / "var") == first
    assert addresses(tmp_path / "other") != first
    assert not (tmp_path / "var").exists()


def test_the_name_of_a_socket_fits_however_long_var_dir_is(tmp_path: Path) -> None:
    directory = socket_directory(tmp_path / ("long" * 50) / "Größe")
    assert len(os.fsencode(directory / ".s.PGSQL.5432")) < 104
    assert re.fullmatch(r"[a-z0-9/-]+", str(directory))


def test_the_parser_of_settings_understands_the_database_address() -> None:
    parsed = environ.Env.db_url_config(addresses_in(Path("/srv/A b")).database_url)
    assert (parsed["NAME"], parsed["USER"], parsed["HOST"]) == ("winback", "winback", "")
    assert parsed["OPTIONS"] == {"host": "/srv/A b"}
    assert urlsplit(addresses_in(Path("/srv/a")).redis_url).path == "/srv/a/valkey.sock"


def test_a_directory_that_somebody_else_prepared_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        private_directory(tmp_path / "link", None)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(EmbeddedError, match="can be written by others"):
        private_directory(tmp_path / "open", None)
    if AS_ROOT:
        (tmp_path / "theirs").mkdir(mode=0o700)
        os.chown(tmp_path / "theirs", 12345, 12345)
        with pytest.raises(EmbeddedError, match="belongs to somebody else"):
            private_directory(tmp_path / "theirs", service_account())


def test_a_directory_is_private_and_belongs_to_the_server(tmp_path: Path) -> None:
    account = service_account()
    private_directory(tmp_path / "made", account)
    found = (tmp_path / "made").stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == (account.uid if account else os.geteuid())
    assert (account is not None) == AS_ROOT


def test_a_process_id_that_was_given_to_another_process_is_not_taken_for_the_child(tmp_path: Path) -> None:
    note = tmp_path / "web.pid"
    processes.record(note, os.getpid())
    assert processes.recorded(note) == os.getpid()
    note.write_text(note.read_text().replace(str(processes.birth(os.getpid())), "another birth"))
    assert processes.recorded(note) is None
    processes.end_recorded(tmp_path, patience_s=0)  # or this test would end here
    assert not note.exists()


def test_children_that_a_killed_owner_left_are_ended_with_their_group(tmp_path: Path) -> None:
    stubborn = "import signal, subprocess, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True
    ) as left_behind:
        assert left_behind.stdout is not None
        left_behind.stdout.readline()
        processes.record(tmp_path / "worker.pid", left_behind.pid)
        processes.end_recorded(tmp_path, patience_s=0.2)
        assert left_behind.wait(5) == -9


def test_what_a_killed_child_of_a_killed_owner_left_is_ended_and_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    fork = "import os, time; pid = os.fork(); pid and print(pid, flush=True); time.sleep(60)"

    def leave_behind(name: str, var: Path) -> int:
        with subprocess.Popen([sys.executable, "-c", fork], stdout=subprocess.PIPE, start_new_session=True,
                              env=os.environ | {"VAR_DIR": str(var)}) as leader:  # fmt: skip
            assert leader.stdout is not None
            left = int(leader.stdout.readline())
            processes.record(tmp_path / "run" / f"{name}.pid", leader.pid)
            leader.kill()
            leader.wait()
        return left

    ours, another = leave_behind("web", tmp_path), leave_behind("worker", tmp_path / "another")
    processes.end_recorded(tmp_path / "run", patience_s=1)
    try:
        if sys.platform == "linux":
            assert gone(ours)
        assert not gone(another)
    finally:
        os.kill(another, signal.SIGKILL)


def gone(pid: int) -> bool:
    """Whether a process ends within a second."""
    deadline = time.monotonic() + 1
    while processes.birth(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    return processes.birth(pid) is None


def test_servers_keep_what_was_written_and_are_durable(var: Path) -> None:
    above = [parent for parent in var.parents if parent != Path("/")]
    before = modes(*above)
    for counted in (1, 2):
        with servers_for(var, "test", postgres=True, valkey=True):
            place = places.prepare(var)
            connection = Postgres(place).connect()
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
                cursor.execute("INSERT INTO kept VALUES (1)")
                cursor.execute("SELECT count(*) FROM kept")
                assert cursor.fetchone() == (counted,)
                for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
                    cursor.execute(f"SHOW {setting}")
                    assert cursor.fetchone() == ("on",), setting
                cursor.execute("SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database "
                               "WHERE datname = 'winback'")  # fmt: skip
                assert cursor.fetchone() == ("b", "C.UTF-8", "UTF8")
            connection.close()
            client = Valkey(place).client()
            assert client.incr("kept") == counted
            client.close()
        assert not Postgres(place).is_ready()
        assert not Valkey(place).is_ready()
        assert not list((var / "run").glob("*.pid"))
    assert modes(*above) == before
    assert stat.S_IMODE((place.data / "postgres").stat().st_mode) == 0o700


def test_a_second_command_shares_the_servers_of_the_first_which_leaves_last(var: Path) -> None:
    with servers_for(var, "first", postgres=False, valkey=True):
        guest = start_command(var, "second")
        assert read_line(guest) == "serving"
        holder = Ownership(var).holder()
        assert holder == Owner(os.getpid(), "first")
        assert Ownership(var).without_guests() is None  # so the first cannot stop them yet
        end(guest)
        alone = Ownership(var).without_guests()
        assert alone is not None
        alone.close()


def test_servers_of_a_command_that_was_killed_are_gone_and_the_next_takes_over(var: Path) -> None:
    command = start_command(var, "killed")
    assert read_line(command) == "serving"
    pid = processes.recorded(var / "run" / "valkey.pid")
    assert pid is not None
    command.kill()
    command.communicate()
    assert Ownership(var).holder() is None
    with servers_for(var, "next", postgres=False, valkey=True):
        assert processes.recorded(var / "run" / "valkey.pid") not in {None, pid}
        assert processes.birth(pid) is None


def test_a_cluster_of_another_release_is_refused_in_one_line(var: Path) -> None:
    place = places.prepare(var)
    (place.data / "postgres" / "cluster").mkdir()
    (place.data / "postgres" / "cluster" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"written by PostgreSQL 17; this release reads 18"):
        Postgres(place).set_up()


def test_a_server_that_cannot_start_says_why_in_one_line(var: Path) -> None:
    place = places.prepare(var)
    server = Postgres(place, {"shared_buffers": "nonsense", "fsync": "off"})
    with pytest.raises(EmbeddedError, match=r"postgres does not start: .*(shared_buffers|\.log)") as refused:
        server.start()
    assert "\n" not in str(refused.value)


def start_command(var: Path, name: str) -> "subprocess.Popen[str]":
    """Another process that has Valkey until its input ends."""
    program = (
        "import sys, pathlib\nfrom nps_project.embedded.ownership import servers_for\n"
        "with servers_for(pathlib.Path(sys.argv[1]), sys.argv[2], postgres=False, valkey=True):\n"
        "    print('serving', flush=True)\n    sys.stdin.read()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(var), name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT,
    )  # fmt: skip


def read_line(process: "subprocess.Popen[str]") -> str:
    """Its next line."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]") -> None:
    """Let it finish."""
    process.communicate()
    assert process.returncode == 0


def test_as_root_data_move_to_where_the_server_can_reach_them_and_no_way_is_opened(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    before = modes(closed, tmp_path)
    try:
        for _start in range(2):
            with servers_for(var, "test", postgres=True, valkey=False):
                assert Postgres(places.prepare(var)).is_ready()
            kept = (var / "servers").resolve()
            assert kept.is_relative_to(places.STATE if AS_ROOT else var)
        assert modes(closed, tmp_path) == before
        if AS_ROOT:
            assert len(list(places.STATE.glob(f"{kept.name.rpartition('-')[0]}-*"))) == 1
            shutil.rmtree(kept)
            with pytest.raises(EmbeddedError, match=re.escape(str(kept))):
                places.prepare(var)
    finally:
        forget(var)


def test_as_root_programs_out_of_reach_are_copied(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = service_account()
    reaches = places.reaches
    monkeypatch.setattr(places, "reaches", lambda who, path: "site-packages" not in path.parts and reaches(who, path))
    place = places.prepare(var)
    if account is None:
        assert "site-packages" in place.postgres_bin.parts
        return
    assert place.postgres_bin.is_relative_to(place.data)
    server = Postgres(place, {"fsync": "off"})
    server.start()
    server.stop()
    assert places.prepare(var) == place
    assert place.postgres_bin.joinpath("postgres").stat().st_uid == 0  # the server cannot change its own program
