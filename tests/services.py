"""Real PostgreSQL and Valkey for one process of tests, started before settings load (pytest -p tests.services).

They are children of this process and end with it; they do not wait for a disk (those of `make bench` do), and keep
nothing. Their addresses go into the environment. Under pytest-xdist each worker has its own, and the controller none.
WINBACK_TEST_DATABASE_URL and WINBACK_TEST_REDIS_URL name servers to use instead, which tests cannot stop.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from nps_project.embedded import EmbeddedError, addresses_in
from nps_project.embedded.places import Place, prepare_in, service_account
from nps_project.embedded.servers import Postgres, Server, Valkey
from tests import kept_cluster

# Without fsync a commit is one write to memory. It does wait for that (synchronous_commit), or `crash` would lose it.
QUICK = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "2GB"}
SECRET_KEY = "for tests alone, and as long as Django wants a secret key to be: fifty"


class TestPostgres(Postgres):
    """The database server of the session; `start` brings it back, with all it had, after `stop` or `crash`."""

    __test__ = False

    def stop(self, patience_s: float = 8.0) -> None:
        """Stop it; Django's connections of this thread are closed, so a test that is in a transaction cannot go on."""
        _close_connections()
        super().stop(patience_s)

    def crash(self) -> None:
        """kill -9, also of each process that serves a connection; for Django as in `stop`."""
        _close_connections()
        serving = children_of(self.process.pid) if self.process else []
        super().crash()
        for pid in serving:  # each has a session of its own, and would notice a moment later
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class TestValkey(Valkey):
    """The broker of the session."""

    __test__ = False

    @property
    def port_or_socket(self) -> str:
        """The path of its socket."""
        return str(self.socket)

    def pause(self) -> None:
        """Keep the connections and answer nothing, as a host that hangs does."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Answer again."""
        self._signal(signal.SIGCONT)

    def stop(self, patience_s: float = 8.0) -> None:
        """Stop it, paused or not."""
        self.resume()
        super().stop(patience_s)

    def revive(self) -> None:
        """Start it unless it lives."""
        if self.process is None or self.process.poll() is not None:
            self.start()

    def flushall(self) -> None:
        """Forget every message."""
        client = self.client()
        client.flushall()
        client.close()

    def _signal(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)


def children_of(parent: int) -> list[int]:
    """Process ids."""
    shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, its_parent in map(str.split, shown.splitlines()) if int(its_parent) == parent]


def _close_connections() -> None:
    if "django.db" in sys.modules:
        for connection in sys.modules["django.db"].connections.all(initialized_only=True):
            connection.close()


class Services:
    """The servers of this process in a directory of their own; `options` are PostgreSQL's, beside the product's.

    With `migrated`, PostgreSQL begins with a copy of the kept cluster, whose database `kept_cluster.MIGRATED` has every
    table.
    """

    def __init__(self, options: Mapping[str, str] = QUICK, *, migrated: bool = False) -> None:
        self.options, self.migrated = options, migrated
        self.root = Path(tempfile.mkdtemp(prefix="winback-tests-"))
        self.var = self.root / "var"
        self.var.mkdir()
        self.controller = os.getpid()
        self.postgres: TestPostgres | None = None
        self.valkey: TestValkey | None = None

    def start(self) -> None:
        """Start what the environment does not name, and say where it all is."""
        served = {"DATABASE_URL": os.environ.get("WINBACK_TEST_DATABASE_URL", ""),
                  "REDIS_URL": os.environ.get("WINBACK_TEST_REDIS_URL", "")}  # fmt: skip
        os.environ.update(self._settings())
        place = self._place()
        servers: list[Server] = []
        if not served["DATABASE_URL"]:
            self.postgres = TestPostgres(place, self.options)
            if self.migrated:
                kept_cluster.provide(self.postgres)
            servers.append(self.postgres)
        if not served["REDIS_URL"]:
            self.valkey = TestValkey(place)
            servers.append(self.valkey)
        for server in servers:
            server.start()
        own = addresses_in(place.sockets)
        os.environ.update(
            DATABASE_URL=served["DATABASE_URL"] or own.database_url,
            REDIS_URL=served["REDIS_URL"] or own.redis_url,
        )

    def _settings(self) -> dict[str, str]:
        """Figures are counted at each look, so that a test sees what it has just changed."""
        return {
            "VAR_DIR": str(self.var), "SECRET_KEY": SECRET_KEY, "MAIL_CONNECTIONS": "1",
            "FIGURES_KEPT_FROM_MS": "600000",
        }  # fmt: skip

    def only_say_where(self) -> None:
        """What settings need, for a process that runs no test."""
        os.environ.update(self._settings())

    def _place(self) -> Place:
        self.root.chmod(0o711)  # the service user passes through, when we are root
        (data := self.root / "data").mkdir(mode=0o711)
        data.chmod(0o711)
        return prepare_in(self.var, data, self.root / "sockets", service_account())

    def stop(self) -> None:
        """Stop both and leave nothing behind; only in the process that started them."""
        if os.getpid() != self.controller:
            return
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop(patience_s=3)
        shutil.rmtree(self.root, ignore_errors=True)


_services: Services | None = None


def valkey() -> TestValkey:
    """The broker, for tests that stop it; they start it again."""
    if _services is None or _services.valkey is None:
        raise RuntimeError("this session uses a served Valkey, which tests cannot stop")
    return _services.valkey


def postgres() -> TestPostgres:
    """The database server, for tests that stop it; they start it again."""
    if _services is None or _services.postgres is None:
        raise RuntimeError("this session uses a served PostgreSQL, which tests cannot stop")
    return _services.postgres


def has_migrated_database() -> bool:
    """Whether the database server of this process began with a copy of the kept cluster."""
    return _services is not None and _services.postgres is not None and _services.migrated


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start before pytest-django reads the settings."""
    global _services
    if _services is not None:
        return
    if {"--help", "-h", "--version", "-V", "--fixtures", "--markers"} & set(early_config.invocation_params.args):
        return
    _services = Services(migrated=True)
    atexit.register(_services.stop)
    asked = early_config.known_args_namespace
    hands_out = "PYTEST_XDIST_WORKER" not in os.environ and bool(getattr(asked, "numprocesses", None))
    if hands_out or asked.collectonly:
        _services.only_say_where()
        return
    try:
        _services.start()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop with the session; `atexit` does it when the session breaks off earlier."""
    global _services
    if _services is not None:
        _services.stop()
        _services = None
