"""A product of its own for a test: `manage.py run` or `make run` as a person starts it, on a free port."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

from nps_project.embedded import addresses, places, processes, socket_directory
from nps_project.embedded.servers import Postgres
from tests import kept_cluster, preloaded

CHECKOUT = Path(__file__).resolve().parents[1]


PORTS = range(20_000, 32_000)  # below those that the system gives to outgoing connections, which come and go


# Celery lets each of its programs check the whole project as it begins, for which all pages are loaded.
NO_CHECKS = ("CELERY_SKIP_CHECKS", "1")


def free_port() -> int:
    """A port that nobody has just now, on any address."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port
    raise RuntimeError(f"no port is free among a hundred of {PORTS}")


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold in this time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def forget(var: Path) -> None:
    """Remove what a VAR_DIR keeps outside of itself."""
    shutil.rmtree(socket_directory(var), ignore_errors=True)
    if (var / "servers").is_symlink():
        shutil.rmtree((var / "servers").resolve(), ignore_errors=True)


class Product:
    """One supervisor in a VAR_DIR of its own; `started_by` starts it, `more` is added to its environment.

    With `is_loaded`, all its programs begin loaded (tests/preloaded.py).
    """

    def __init__(
        self,
        var: Path,
        port: int,
        *,
        checkout: Path = CHECKOUT,
        started_by: Sequence[str] = (sys.executable, "manage.py", "run"),
        is_loaded: bool = False,
        **more: str,
    ) -> None:
        self.var, self.port = var, port
        self.checkout, self.started_by, self.more = checkout, started_by, more
        self.is_loaded = is_loaded
        self.output = var.parent / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """Nothing but HOST's neighbours: no address of a server is given."""
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        return kept | {"VAR_DIR": str(self.var), "PORT": str(self.port), "ADMIN_EMAIL": "admin@example.com"} | self.more

    def command(self, *words: str, typed: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Another manage.py for the same VAR_DIR, run to its end."""
        command = [sys.executable, str(self.checkout / "manage.py"), *words]
        if self.is_loaded:
            return preloaded.run(command, self.environment(), typed=typed, timeout_s=60)
        return subprocess.run(
            command,
            env=self.environment(), input=typed, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def migrate_beforehand(self) -> None:
        """Give it a database that has every table, as after an earlier start: for what is about something else."""
        kept_cluster.provide(Postgres(places.prepare(self.var)))
        self.more.setdefault(*NO_CHECKS)

    def start(self) -> None:
        """Start it, and wait for its greeting."""
        with self.output.open("wb") as output:
            how: dict[str, Any] = {"stdout": output, "stderr": subprocess.STDOUT}
            if self.is_loaded:
                self.process = preloaded.start(self.started_by, self.environment(), **how)
            else:
                how |= {"cwd": self.checkout, "env": self.environment(), "stdin": subprocess.DEVNULL}
                self.process = subprocess.Popen(list(self.started_by), **how)
        assert within(90, lambda: "Ctrl-C" in self.said() or self.running.poll() is not None), (
            f"no greeting within 90 s, but: {self.said()}"
        )
        assert self.running.poll() is None, self.said()

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> "subprocess.Popen[bytes]":
        """Its supervisor."""
        assert self.process is not None
        return self.process

    def said(self) -> str:
        """All that it printed."""
        return self.output.read_text(errors="replace")

    def child(self, name: str) -> int | None:
        """The process id of a child that lives."""
        return processes.recorded(self.var / "run" / f"{name}.pid")

    def answers(self) -> bool:
        """Whether a visitor gets 200 from /healthz."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; returns how long that took, in seconds."""
        began = time.monotonic()
        self.running.send_signal(number)
        self.running.wait(30)
        return time.monotonic() - began

    def unload(self) -> None:
        """Nothing of it is started any more."""
        if self.is_loaded:
            preloaded.unload(self.environment())

    def processes_left(self) -> list[str]:
        """Command lines of this machine that name this product's port or directory; without what forks programs."""
        shown = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        each = [line.strip().partition(" ") for line in shown.splitlines()]
        loader = str(preloaded.loader_of(self.environment()))
        sockets = re.escape(addresses(self.var).redis_url.removeprefix("unix://").rpartition("/")[0])
        mine = re.compile(rf"{re.escape(str(self.var))}|--port {self.port}\b|{sockets}")
        return [line for pid, _space, line in each if pid != loader and mine.search(line)]


def command_line(pid: int) -> str:
    """As `ps` shows it."""
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
