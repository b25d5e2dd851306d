"""The embedded PostgreSQL and Valkey: set up, start, check and stop each."""

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from nps_project.embedded import DATABASE, USER, EmbeddedError
from nps_project.embedded.places import Place, private_directory
from nps_project.embedded.processes import end_group, has_ended, run_as, spawn, wait_for_end

LOG_LIMIT = 10_000_000  # bytes, after which the last log is put aside at a start
START_S = 60.0  # recovery after a crash replays what a checkpoint had not written


class Server:
    """One server process; a child of this one, in a session of its own."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, place: Place) -> None:
        self.place = place
        self.log = place.log / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """Make what the server needs before its first start."""

    def command(self) -> list[str]:
        """The command line."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether it answers."""
        raise NotImplementedError

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start it and return at once."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = spawn(self.command(), cwd=self.place.data / self.name, death_signal=self.stop_signal,
                                 output=output, account=self.place.account)  # fmt: skip
        return self.process

    def wait_until_ready(self, timeout_s: float = START_S) -> None:
        """Raises: EmbeddedError with the last line of its log when it ended or never answered."""
        deadline = time.monotonic() + timeout_s
        while not self.is_ready():
            if (self.process and has_ended(self.process)) or time.monotonic() > deadline:
                lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
                raise EmbeddedError(f"{self.name} does not start: {lines[-1] if lines else '(no output)'} ({self.log})")
            time.sleep(0.01)

    def start(self) -> None:
        """Start it, and wait until it serves."""
        self.set_up()
        self.spawn()
        self.wait_until_ready()

    def stop(self, patience_s: float = 8.0) -> None:
        """Stop it the way that keeps everything; after `patience_s` kill it, which keeps what was committed."""
        if self.process and not has_ended(self.process):
            self.process.send_signal(self.stop_signal)
            if not wait_for_end([self.process], time.monotonic() + patience_s):
                self.crash()

    def crash(self) -> None:
        """kill -9."""
        if self.process:
            end_group(self.process)
            self.process.wait()


class Postgres(Server):
    """PostgreSQL 18 on a socket, one superuser without a password behind a directory of mode 700."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": does not wait for its clients

    def __init__(self, place: Place, options: Mapping[str, str] | None = None) -> None:
        super().__init__(place)
        self.options = dict(options or {})
        self.cluster = place.data / self.name / "cluster"

    def set_up(self) -> None:
        """Make the cluster, if there is none: in a directory that gets its name when it is whole."""
        marker = self.cluster / "PG_VERSION"
        if marker.exists():
            if (found := marker.read_text().strip()) != "18":
                raise EmbeddedError(f"{self.cluster} was written by PostgreSQL {found}; this release reads 18: "
                                    "dump it with the older release, and load it here")  # fmt: skip
            return
        fresh = self.cluster.with_name("fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        private_directory(fresh, self.place.account)
        made = run_as(
            self.place.account,
            [str(self.place.postgres_bin / "initdb"), f"--pgdata={fresh}", f"--username={USER}", "--encoding=UTF8",
             "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
             "--auth-local=trust", "--auth-host=reject", "--no-instructions",
             *(["--no-sync"] if self.options.get("fsync") == "off" else [])],
            cwd=fresh.parent,
        )  # fmt: skip
        if made.returncode:
            raise EmbeddedError(f"PostgreSQL cannot make its files in {fresh}: {_last_line(made.stderr)}")
        fresh.rename(self.cluster)

    def command(self) -> list[str]:
        """Durable by default: fsync, full_page_writes and synchronous_commit are on unless the caller says off."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(self.place.sockets).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "100",
        } | self.options
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self.place.postgres_bin / "postgres"), "-D", str(self.cluster), *settings]

    def is_ready(self) -> bool:
        """Whether it takes connections to its own database."""
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start it, and make the database."""
        super().start()
        self.make_database()

    def make_database(self) -> None:
        """Make the database `winback`, if there is none."""
        connection = self.connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()

    def connect(self, database: str = DATABASE) -> Any:
        """A connection of psycopg2, as the superuser."""
        return psycopg2.connect(host=str(self.place.sockets), user=USER, dbname=database, connect_timeout=5)


class Valkey(Server):
    """Valkey 9 on a socket, with an append-only file."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.socket = place.sockets / "valkey.sock"

    def command(self) -> list[str]:
        """Nothing is ever evicted: what does not fit is refused, and the database has it anyway."""
        return [
            str(self.place.valkey_server),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.place.data / self.name), "--appendonly", "yes", "--save", ""),
            *("--maxmemory-policy", "noeviction"),
        ]

    def client(self) -> "redis.Redis":
        """A client with a timeout of one second and no retries."""
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1, socket_connect_timeout=1,
                           retry=Retry(NoBackoff(), 0))  # fmt: skip

    def is_ready(self) -> bool:
        """Whether it answers and has read its file."""
        client = self.client()
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["(no output)"])[-1]
