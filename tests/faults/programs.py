"""Real programs of the product on the test database and the test broker, to be killed."""

import http.client
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.beat import PersistentScheduler
from django.db import connection
from django.utils import timezone

from nps_project.celery import app
from nps_project.management.commands.run import celery_command, web_command, worker_command
from tests import preloaded
from tests.product import CHECKOUT, NO_CHECKS, free_port, within

READY_WITHIN_S = 40


def environment(**more: str) -> dict[str, str]:
    """As this session's, but with the database that the tests use."""
    name = str(connection.settings_dict["NAME"])
    url = re.sub(r"^(\w+://[^/]*/)[^?]*", lambda match: match[1] + name, os.environ["DATABASE_URL"])
    return os.environ | {"DATABASE_URL": url, "PYTHONUNBUFFERED": "1"} | more


class Program:
    """One process and what it printed. It begins loaded."""

    def __init__(self, command: list[str], **more: str) -> None:
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  (as long as the process)
        self.process = self._begin(command, environment(**more))

    def _begin(self, command: list[str], environment: dict[str, str]) -> "subprocess.Popen[Any]":
        return preloaded.start(command, environment, stdout=self._output, stderr=subprocess.STDOUT)

    def said(self) -> str:
        """All that it printed so far."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Raises: AssertionError with its output when it is not ready in time."""
        assert within(READY_WITHIN_S, lambda: ready() or self.process.poll() is not None), self.said()
        assert self.process.poll() is None, self.said()

    def kill(self) -> None:
        """kill -9, with all its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        """Ask, then kill."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.kill()
        self._output.close()


class ProgramFromNothing(Program):
    """One that loads the product itself, as people start it."""

    def _begin(self, command: list[str], environment: dict[str, str]) -> "subprocess.Popen[Any]":
        return subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=self._output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip


@contextmanager
def running(program: Program, ready: Callable[[], bool]) -> Iterator[Program]:
    """A program that is ready, and gone afterwards."""
    try:
        program.wait_until(ready)
        yield program
    finally:
        program.stop()


@contextmanager
def worker(**more: str) -> Iterator[Program]:
    """One Celery worker for both queues; `more` is added to its environment."""
    name = f"worker{free_port()}@tests"
    program = Program(
        worker_command(name=name, threads=4),
        **dict([("PYTHONWARNINGS", "ignore:You're running the worker"), NO_CHECKS]) | more,
    )
    with running(program, lambda: bool(app.control.ping([name], timeout=0.5))):
        yield program


def last_ran_yesterday(place: Path) -> None:
    """The memory of a beat that was off for a day."""
    last_ran(place, timedelta(days=1))


def last_ran(place: Path, ago: timedelta) -> None:
    """The memory of a beat that was off for so long."""
    scheduler = PersistentScheduler(app, schedule_filename=str(place / "schedule"))
    for entry in scheduler.schedule.values():
        entry.last_run_at = timezone.now() - ago
    scheduler.close()


@contextmanager
def beat(place: Path, **more: str) -> Iterator[Program]:
    """The schedule; `more` is added to its environment."""
    command = celery_command("beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(place / "schedule"))
    program = Program(command, **dict([NO_CHECKS]) | more)
    with running(program, lambda: any(place.glob("schedule*"))):
        yield program


class Web:
    """The web server of `make run`, with two processes."""

    def __init__(self, program: Program, port: int) -> None:
        self.program, self.url = program, f"http://127.0.0.1:{port}"


@contextmanager
def web(*, host: str = "127.0.0.1", connections: int = 0, **more: str) -> Iterator[Web]:
    """Answers at `url`; `more` is added to its environment. Each process takes so many `connections`; 0: as shipped."""
    port = free_port()
    program = Program(web_command(host, port, connections=connections), **more)
    made = Web(program, port)
    with running(program, lambda: answers(f"{made.url}/healthz")):
        yield made


def answers(url: str) -> bool:
    """Whether a GET gets 200."""
    return fetch(url)[0] == 200


def fetch(url: str, body: str | None = None) -> tuple[int, float]:
    """(status, seconds) of one GET, or of one POST of a form; 0 without an answer. Redirects are not followed."""
    address = urlsplit(url)
    began = time.monotonic()
    client = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        client.request("GET" if body is None else "POST", address.path, body, {} if body is None else form)
        return client.getresponse().status, time.monotonic() - began
    except (OSError, http.client.HTTPException):
        return 0, time.monotonic() - began
    finally:
        client.close()
