"""`manage.py run`, as a person at a terminal and an operator with `kill` see it. One product runs for most of these."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from nps_project.embedded import processes
from nps_project.embedded.places import prepare
from nps_project.embedded.servers import Postgres
from tests.product import Product, command_line, forget, free_port, within
from tests.sizes import FULL

CHILDREN = {
    "postgres": r"/postgres -D",
    "valkey": r"valkey-server",
    "web": r"nps_project\.serve",
    "worker": r"celery .*-A nps_project worker --queues urgent",
    "sweeps": r"celery .*-A nps_project worker --queues sweeps",
    "mail": r"celery .*-A nps_project worker --queues mail",
    "bulk": r"celery .*-A nps_project worker --queues bulk",
    "beat": r"celery .*-A nps_project beat",
}
BACK_WITHIN_S = 5.0
STOPS_WITHIN_S = 10.0


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory whose name needs quoting, in a place that the servers' user reaches."""
    with tempfile.TemporaryDirectory(prefix="winback-run-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "vår data"


@pytest.fixture(scope="module")
def product(place: Path) -> Iterator[Product]:
    """A running product; the last test of the module stops it.

    Its programs start from nothing. What is started for it afterwards begins loaded.
    """
    made = Product(place, free_port())
    made.var.mkdir()
    made.migrate_beforehand()
    try:
        made.start()
        made.is_loaded = True
        yield made
    finally:
        if made.process and made.process.poll() is None:
            made.stop()
        made.unload()
        forget(made.var)


def test_it_greets_with_four_lines_and_nothing_else(product: Product) -> None:
    lines = product.said().splitlines()
    assert len(lines) == 4, lines
    base = f"http://127.0.0.1:{product.port}"
    assert f"{base}/s/" in lines[0]
    assert f"{base}/desk/" in lines[1]
    assert "admin@example.com" in lines[2]
    assert "Ctrl-C" in lines[3]
    assert product.answers()


def test_all_are_its_own_children_and_tell_what_they_are(product: Product) -> None:
    for name, pattern in CHILDREN.items():
        pid = product.child(name)
        assert pid is not None, name
        assert re.search(pattern, command_line(pid)), name
        parent = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True)
        assert int(parent.stdout) == product.running.pid, name


def test_the_web_loads_before_all_that_nobody_waits_for(product: Product) -> None:
    began = {name: psutil.Process(product.child(name)).create_time() for name in CHILDREN}
    later = {name for name in CHILDREN if began[name] > began["web"] + 0.3}
    assert later == CHILDREN.keys() - {"postgres", "valkey", "web"}


def test_a_second_one_is_told_who_holds_the_directory(product: Product) -> None:
    second = product.command("run")
    assert second.returncode == 1
    assert f"process {product.running.pid} " in second.stderr
    assert f"http://127.0.0.1:{product.port}" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_a_taken_port_is_named_with_the_variable_to_set(product: Product, tmp_path: Path) -> None:
    other = Product(tmp_path / "var", product.port)
    refused = other.command("run")
    assert refused.returncode == 1
    assert f"port {product.port}" in refused.stderr
    assert f"PORT={product.port + 1} make run" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "var" / "servers").exists()  # refused before anything was made


def test_another_command_shares_its_servers(product: Product) -> None:
    before = {name: product.child(name) for name in CHILDREN}
    asked = product.command(
        "shell", "--no-imports", "-c", "from nps_project.accounts.models import User; print(User.objects.count())"
    )
    assert asked.returncode == 0, asked.stderr
    assert int(asked.stdout) >= 1
    assert {name: product.child(name) for name in CHILDREN} == before


def test_any_child_that_is_killed_is_back_within_five_seconds(product: Product) -> None:
    """Of the four workers, which the supervisor tells apart by nothing but their command, `make test` kills one."""
    before = {name: product.child(name) for name in CHILDREN if FULL or name not in ("sweeps", "mail", "bulk")}
    for pid in before.values():
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    killed_at = time.monotonic()
    for name in before:
        left = max(0.0, BACK_WITHIN_S - (time.monotonic() - killed_at))
        assert within(left, lambda name=name: product.child(name) not in {None, before[name]}), name  # type: ignore[misc]
    assert within(15, lambda: Postgres(prepare(product.var)).is_ready())
    assert within(15, product.answers)
    assert "web ended (killed by signal 9)" in product.said()


def test_after_kill_9_of_the_supervisor_the_next_start_takes_over_and_nothing_is_lost(product: Product) -> None:
    kept = product.command("shell", "--no-imports", "-c", "from django.contrib.auth.models import Group as G; "
                           "G.objects.create(name='kept')")  # fmt: skip
    assert kept.returncode == 0, kept.stderr
    before = {name: product.child(name) for name in CHILDREN}
    product.running.kill()
    product.running.wait()
    began = time.monotonic()
    product.start()
    assert time.monotonic() - began < 30
    for name, pid in before.items():
        assert pid is not None
        assert processes.birth(pid) is None, name
        assert product.child(name) is not None
    found = product.command("shell", "--no-imports", "-c", "from django.contrib.auth.models import Group as G; "
                            "print(G.objects.filter(name='kept').count())")  # fmt: skip
    assert found.stdout.strip() == "1"


def test_sigterm_stops_everything_in_ten_seconds_and_leaves_no_process(product: Product) -> None:
    """Programs that began loaded; tests/browser/test_chain.py ends with those that did not."""
    assert product.stop() < STOPS_WITHIN_S
    assert product.running.returncode == 0
    assert product.processes_left() == []
    assert not list((product.var / "run").glob("*.pid"))
    assert json.loads((product.var / "run" / "owner.lock").read_text())["pid"] == product.running.pid
    assert not product.answers()
