"""manage.py: a command that needs the database brings it along; one that does not leaves no trace of it."""

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nps_project.embedded import processes
from tests import preloaded
from tests.product import CHECKOUT, Product, forget, free_port, within

SELECT = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT 40 + 2'); print(k.fetchone()[0])"


@pytest.fixture(scope="module")
def stopped() -> Iterator[Product]:
    """A product that does not run; its commands begin loaded."""
    with tempfile.TemporaryDirectory(prefix="winback-run-") as name:
        Path(name).chmod(0o755)
        product = Product(Path(name) / "var", free_port(), is_loaded=True)
        yield product
        product.unload()
        forget(product.var)


@pytest.mark.parametrize("words", [("check",), ("migrate", "--help"), ("version",), ("help",)])
def test_a_command_without_need_of_the_database_starts_no_server(stopped: Product, words: tuple[str, ...]) -> None:
    done = stopped.command(*words)
    assert done.returncode == 0, done.stderr
    assert not (stopped.var / "servers").exists()


def test_a_command_brings_the_servers_along_and_takes_them_away(stopped: Product) -> None:
    """This one from nothing."""
    done = Product(stopped.var, stopped.port).command("shell", "--no-imports", "-c", SELECT)
    assert (done.returncode, done.stdout.strip()) == (0, "42"), done.stderr
    assert (stopped.var / "servers" / "postgres").is_dir()
    assert stopped.processes_left() == []


def test_a_failing_command_stops_the_servers_too(stopped: Product) -> None:
    assert stopped.command("shell", "--no-imports", "-c", "raise SystemExit(7)").returncode == 7
    assert stopped.processes_left() == []


def test_a_command_that_is_terminated_stops_the_servers(stopped: Product) -> None:
    words = ["shell", "--no-imports", "-c", "import time; print('up', flush=True); time.sleep(60)"]
    with preloaded.start(
        [sys.executable, str(CHECKOUT / "manage.py"), *words], stopped.environment(), stdout=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == b"up\n"
        assert processes.recorded(stopped.var / "run" / "postgres.pid") is not None
        command.send_signal(signal.SIGTERM)
        assert command.wait(10) == 128 + signal.SIGTERM
    assert stopped.processes_left() == []


def test_a_given_address_is_used_and_nothing_is_embedded(tmp_path: Path) -> None:
    served = Product(tmp_path / "var", free_port())
    environment = served.environment() | {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), "shell", "--no-imports", "-c", SELECT],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "42"), done.stderr
    assert not (tmp_path / "var" / "servers").exists()


def test_a_session_of_tests_that_is_killed_leaves_no_server(tmp_path: Path) -> None:
    assert importlib.util.find_spec("tests.services") is not None
    program = (
        "import time\nfrom tests import services\ns = services.Services()\ns.start()\n"
        "print(s.postgres.process.pid, s.valkey.process.pid, s.root, flush=True)\ntime.sleep(60)\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WINBACK_TEST_")}
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as session:
        assert session.stdout is not None
        postgres, valkey, root = session.stdout.readline().split(maxsplit=2)
        assert processes.birth(int(postgres)) is not None
        session.kill()
        session.wait()
    assert within(5, lambda: processes.birth(int(postgres)) is None and processes.birth(int(valkey)) is None)
    subprocess.run(["rm", "-r", root.strip()], check=True)
