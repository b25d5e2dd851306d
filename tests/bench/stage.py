"""Where it is measured: servers that wait for the disk, in a temporary directory, and the programs on them."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from nps_project.embedded import DATABASE, USER
from nps_project.embedded.processes import end_group, has_ended, spawn, wait_for_end
from tests.product import CHECKOUT, free_port
from tests.services import Services, TestPostgres

READY_S = 60.0
PRISTINE = "pristine"  # a database with the product's tables and nothing of anybody's
CLIENTS = 8  # as many as the web server has threads


class Stage:
    """PostgreSQL and Valkey with the product's settings, and what was started on them; `close` ends all of it."""

    def __init__(self) -> None:
        for name in ("WINBACK_TEST_DATABASE_URL", "WINBACK_TEST_REDIS_URL"):
            os.environ.pop(name, None)
        self.services = Services(options={})
        self.programs: list[Program] = []

    def open(self) -> None:
        """Start the servers, and make the product's tables in the database `winback`."""
        self.services.start()
        os.environ["ANSWERS_PER_MINUTE"] = "1000000"  # all come from one address: counted, never refused
        os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        connections.close_all()
        self.query(f"CREATE DATABASE {PRISTINE} TEMPLATE {DATABASE}")

    def close(self) -> None:
        """End every program, then the servers, and remove the directory."""
        for program in reversed(self.programs):
            program.stop()
        self.services.stop()

    @property
    def postgres(self) -> TestPostgres:
        """The database server."""
        assert self.services.postgres is not None
        return self.services.postgres

    def database_url(self, database: str = DATABASE) -> str:
        """As DATABASE_URL says it."""
        return os.environ["DATABASE_URL"].replace(f"/{DATABASE}?", f"/{database}?")

    def fill(self, database: str, module: str, rows: int) -> str:
        """A new database with the product's tables, filled by `python -m module rows`. Returns: its last line.

        Raises: RuntimeError.
        """
        self.query(f"CREATE DATABASE {database} TEMPLATE {PRISTINE}")
        done = subprocess.run(
            [sys.executable, "-m", module, str(rows)], env=os.environ | {"DATABASE_URL": self.database_url(database)},
            stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"filling {database} failed")
        return (done.stdout.splitlines() or [""])[-1]

    def query(self, sql: str, database: str = DATABASE) -> list[tuple[Any, ...]]:
        """Rows of one statement, which is committed by itself; none for one that returns no rows."""
        connection = self.postgres.connect(database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def number(self, sql: str, database: str = DATABASE) -> int:
        """The one number that a statement returns."""
        return int(self.query(sql, database)[0][0])

    def start(self, name: str, command: Sequence[str], ready: str, **more: str) -> "Program":
        """Start a program, and wait until the address `ready` gives 200."""
        program = Program(name, command, self.services.root / f"{name}.log", os.environ | more)
        self.programs.append(program)
        program.wait(ready)
        return program

    def web(self, name: str, ready: str, application: str = "", **more: str) -> "Program":
        """A web server with the product's command line, on a port of its own. Settings come from `more`."""
        from nps_project.management.commands.run import web_command

        port = free_port()
        command = web_command("127.0.0.1", port, application)
        program = self.start(name, command, f"http://127.0.0.1:{port}{ready}", PORT=str(port), **more)
        program.port = port
        return program

    def product(self, name: str, **more: str) -> "Program":
        """`manage.py run` on these servers: web, worker and beat under their supervisor. Settings come from `more`."""
        port = free_port()
        var = self.services.root / name
        var.mkdir(exist_ok=True)
        program = self.start(
            name, [sys.executable, "manage.py", "run"], f"http://127.0.0.1:{port}/healthz",
            VAR_DIR=str(var), PORT=str(port), ADMIN_EMAIL="admin@example.com", **more,
        )  # fmt: skip
        program.port = port
        return program

    def pgbench(self, script: str, seconds: int) -> float:
        """Transactions a second of one statement, prepared, from CLIENTS clients. Raises: RuntimeError."""
        path = self.services.root / "pgbench.sql"
        path.write_text(script)
        done = subprocess.run(
            [str(self.postgres.place.postgres_bin / "pgbench"), "--no-vacuum", "--protocol=prepared",
             f"--client={CLIENTS}", "--jobs=2", f"--time={seconds}", f"--file={path}",
             f"--host={self.postgres.place.sockets}", f"--username={USER}", DATABASE],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        if done.returncode or not found:
            raise RuntimeError(f"pgbench: {done.stderr.strip() or done.stdout.strip()}")
        return float(found[1])


class Program:
    """A child that ends with this process; its output goes to a file."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name, self.log, self.port = name, log, 0
        with log.open("ab") as output:
            self.process = spawn(command, cwd=CHECKOUT, death_signal=signal.SIGTERM, output=output,
                                 environment=environment)  # fmt: skip

    def wait(self, address: str) -> None:
        """Until it gives 200. Raises: RuntimeError with the end of its output."""
        deadline = time.monotonic() + READY_S
        while not has_ended(self.process) and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  our own address
                    if answer.status == 200:
                        return
            except HTTPError as error:
                raise RuntimeError(f"{self.name}: {error} at {address}\n{self.said()}") from error
            except (URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not answer at {address}\n{self.said()}")

    def said(self) -> str:
        """The end of its output."""
        return self.log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Ask it to end; kill what is left after ten seconds."""
        if not has_ended(self.process):
            self.process.send_signal(signal.SIGTERM)
            if not wait_for_end([self.process], time.monotonic() + 10):
                end_group(self.process)
                self.process.wait()
