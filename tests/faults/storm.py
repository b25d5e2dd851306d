"""A storm over the whole product: visitors on one side, faults on the other, and a verdict at the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import redis

from nps_project.embedded import addresses
from tests import preloaded
from tests.faults.ledger import Ledger
from tests.faults.visitors import Visitor
from tests.product import Product, forget, free_port, within

CHILDREN = ("web", "worker", "bulk", "beat", "valkey", "postgres")
VISITORS = 4
DISK_MB = 1500
SILENT = 200
BROKEN_OFF = (
    b"",
    b"GET /s/sto",
    b"GET /s/storm/ HTTP/1.1\r\nHost: localhost\r\nX-",
    b"POST /s/storm/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 999\r\n\r\nscore=1",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
)
STAGE = (
    "from django.core.management import call_command; from surveys.services.surveys import create_survey; "
    "from followup.causes import services as causes; causes.ensure_defaults(); "
    "survey = create_survey(slug='storm', name='Storm', brand='Storm', status='live'); "
    "survey.flood_limit = 0; survey.save(); "
    "call_command('create_api_key', '--name', 'storm', '--scope', 'admin')"
)
STEP_S = 20 * 3600  # once past a warning, twice past a deadline


@dataclass
class Report:
    """How it went."""

    seed: int
    answers: int
    seconds: float
    injected: dict[str, int]
    ledger: Ledger
    counts: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return bool(self.faults) and not any(self.faults.values())


class Storm:
    """One run. Everything it starts is ended, everything it makes is removed."""

    def __init__(
        self,
        seed: int,
        answers: int,
        most_s: float,
        pause_s: tuple[float, float] = (1.0, 3.0),
        fewest: int = 0,
        rests_s: float = 0.0,
    ) -> None:
        self.seed, self.answers, self.most_s, self.pause_s = seed, answers, most_s, pause_s
        self.fewest = fewest  # faults, however soon the answers are there
        self.rests_s = rests_s  # of a visitor
        self.random = Random(seed)  # noqa: S311  (the same storm again)
        self.ledger, self.injected = Ledger(), Counter[str]()
        self.enough = threading.Event()
        self.place = Path(tempfile.mkdtemp(prefix="winback-storm-"))
        self.var = self.place / "disk" / "var"
        self.has_disk = False
        self.silent: list[socket.socket] = []
        self.sweeps: list[str] = []  # what they did otherwise than promised
        self.product: Product | None = None
        self.key = ""  # of the API

    # The stage

    def run(self) -> Report:
        """Raises: AssertionError when the product does not come back by itself."""
        began = time.monotonic()
        try:
            self._prepare()
            visitors = self._visitors()
            try:
                self._rage(began, visitors)
            finally:
                self.enough.set()
                for visitor in visitors:
                    visitor.join(60)
            self._calm()
            counts, faults = self._judge()
        finally:
            self._tidy()
        return Report(
            self.seed, self.answers, time.monotonic() - began, dict(self.injected), self.ledger, counts, faults
        )

    def _prepare(self) -> None:
        disk = self.place / "disk"
        disk.mkdir()
        if os.geteuid() == 0:
            command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "winback-storm", str(disk)]
            self.has_disk = subprocess.run(command, check=False, capture_output=True).returncode == 0
        self.place.chmod(0o755)
        self.product = Product(
            self.var, free_port(), DJANGO_SETTINGS_MODULE="tests.faults.settings", ANSWERS_PER_MINUTE="0",
            ADMIN_PASSWORD="only for this storm", LOG_FORMAT="json", is_loaded=True,
        )  # fmt: skip
        self.product.output = self.place / "output"
        self.product.migrate_beforehand()
        self.product.start()
        done = self.running.command("shell", "-v0", "-c", STAGE)
        assert done.returncode == 0, done.stderr
        self.key = done.stdout.split()[-1]

    @property
    def running(self) -> Product:
        assert self.product is not None
        return self.product

    def _visitors(self) -> list[Visitor]:
        made = [
            Visitor(number, self.seed, self.running.port, self.key, self.ledger, self.enough, self.rests_s)
            for number in range(VISITORS)
        ]
        for visitor in made:
            visitor.start()
        return made

    # The faults

    def _rage(self, began: float, visitors: list[Visitor]) -> None:
        """One fault after the other until enough was answered, each kind before any comes again."""
        faults = self._kinds()
        left: list[str] = []
        while time.monotonic() - began < self.most_s:
            if self.ledger.acknowledged >= self.answers and self.injected.total() >= self.fewest:
                break
            assert any(visitor.is_alive() for visitor in visitors)
            if not left:
                left = sorted(faults)
                self.random.shuffle(left)
            name = left.pop()
            faults[name]()
            self.injected[name] += 1
            time.sleep(self.random.uniform(*self.pause_s))

    def _kinds(self) -> dict[str, Callable[[], None]]:
        kinds: dict[str, Callable[[], None]] = {
            "broker forgets": self._flush,
            "supervisor killed": self._kill_supervisor,
            "second supervisor": self._second_supervisor,
            "second worker and beat": self._second_programs,
            "one bad row in each sweep": self._bad_rows,
            "silent connections": self._silent_connections,
            "clock forward": lambda: self._step(STEP_S),
            "clock back": lambda: self._step(-90),
        }
        for child in CHILDREN:
            kinds[f"{child} killed"] = partial(self._kill, child)
            kinds[f"{child} paused"] = partial(self._pause, child)
        if self.has_disk:
            kinds["disk full"] = self._fill_disk
        return kinds

    def _signal(self, child: str, number: signal.Signals) -> int | None:
        pid = self.running.child(child)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return pid

    def _kill(self, child: str) -> None:
        self._signal(child, signal.SIGKILL)

    def _pause(self, child: str) -> None:
        pid = self._signal(child, signal.SIGSTOP)
        time.sleep(self.random.uniform(0.5, 2.5))
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _flush(self) -> None:
        with suppress(redis.RedisError):  # the broker is gone just now
            redis.Redis.from_url(addresses(self.var).redis_url).flushall()

    def _kill_supervisor(self) -> None:
        self.running.running.kill()
        self.running.running.wait()
        time.sleep(self.random.uniform(0, 1))
        self._start_again()

    def _start_again(self) -> None:
        """Start anew; a disk that was full, or a port that is still held, may take more than one try."""
        for _try in range(5):
            try:
                self.running.start()
            except AssertionError:
                time.sleep(2)
            else:
                return
        raise AssertionError(f"it does not start again: {self.running.said()[-2000:]}")

    def _bad_rows(self) -> None:
        """They stay bad until the storm is over; while the database is away, a try later."""
        for _try in range(5):
            done = self._program("tests.faults.bad_rows", "make")
            if done.returncode == 0:
                return
            assert "OperationalError" in done.stderr, done.stderr
            time.sleep(2)
        self.injected["one bad row in each sweep"] -= 1  # not this time

    def _silent_connections(self) -> None:
        """Each says nothing, or stops in the middle of a line, the headers or the body; held until the next ones."""
        self._hang_up()
        for number in range(SILENT):
            with suppress(OSError):  # nobody listens just now
                held = socket.create_connection(("127.0.0.1", self.running.port), timeout=1)
                self.silent.append(held)
                held.sendall(BROKEN_OFF[number % len(BROKEN_OFF)])

    def _hang_up(self) -> None:
        for held in self.silent:
            held.close()
        self.silent.clear()

    def _program(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return preloaded.run([sys.executable, "-m", *words], self.running.environment(), timeout_s=600)

    def _second_supervisor(self) -> None:
        done = self.running.command("run")
        assert done.returncode != 0
        assert "is in use by" in done.stderr, done.stderr

    def _second_programs(self) -> None:
        words = [["worker", "--pool", "threads", "--concurrency", "2", "--hostname", "second@storm"]]
        words += [["beat", "--pidfile=", "--schedule", str(self.place / "second-schedule")]]
        started = [
            preloaded.start(
                [sys.executable, "-m", "celery", "--quiet", "-A", "nps_project", *command, "--loglevel", "ERROR"],
                self.running.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for command in words
        ]  # fmt: skip
        time.sleep(self.random.uniform(3, 6))
        for process in started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _step(self, seconds: float) -> None:
        path = self.var / "clock"
        with suppress(OSError):  # the disk may be full
            before = float(path.read_text()) if path.exists() else 0.0
            half = path.with_suffix(".new")
            half.write_text(str(before + seconds))
            half.replace(path)

    def _fill_disk(self) -> None:
        filler = self.place / "disk" / "filler"
        with filler.open("wb") as file, suppress(OSError):
            for _block in range(DISK_MB):
                file.write(b"\0" * (1 << 20))
                file.flush()
        time.sleep(self.random.uniform(1, 3))
        filler.unlink(missing_ok=True)

    # The end

    def _calm(self) -> None:
        """Everything is back by itself; then one more round of the sweeps, as beat would send it."""
        if self.running.running.poll() is not None:
            self._start_again()
        assert within(90, self.running.answers), self.running.said()[-2000:]
        assert within(60, self._has_database), self.running.said()[-2000:]
        self._hang_up()
        done = self._program("tests.faults.bad_rows", "judge")
        assert done.returncode == 0, done.stderr
        self.sweeps = json.loads(done.stdout.splitlines()[-1])

    def _has_database(self) -> bool:
        try:
            psycopg2.connect(addresses(self.var).database_url).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _judge(self) -> tuple[dict[str, int], dict[str, list[str]]]:
        path = self.place / "ledger.json"
        self.ledger.write(path)
        done = self._program("tests.faults.verdict", str(path))
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told["counts"], told["faults"] | {"sweeps": self.sweeps}

    def _tidy(self) -> None:
        self._hang_up()
        if self.product is not None and self.product.process is not None:
            if self.product.running.poll() is None:
                self.product.running.terminate()
                with suppress(subprocess.TimeoutExpired):
                    self.product.running.wait(20)
            if self.product.running.poll() is None:
                self.product.running.kill()
            self.product.unload()
            within(10, lambda: not self.running.processes_left())
            forget(self.var)
        if self.has_disk:
            subprocess.run(["umount", "--lazy", str(self.place / "disk")], check=False)
        subprocess.run(["rm", "-rf", str(self.place)], check=False)
