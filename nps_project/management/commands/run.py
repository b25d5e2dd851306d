"""`make run`: the whole product on one machine, as children of this process."""

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from functools import partial
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_project.background.queues import BULK, MAIL, SWEEPS, URGENT
from nps_project.embedded import EmbeddedError, places
from nps_project.embedded.ownership import SUPERVISOR, Owner, Ownership
from nps_project.embedded.processes import has_ended, spawn
from nps_project.embedded.servers import Postgres, Server, Valkey
from nps_project.embedded.supervisor import LOOK_S, Child, Supervisor, pump
from nps_project.health.checks_servers import missing_migrations
from nps_project.operations import baseline

READY_S = 60.0
WEB_ALONE_S = 10.0  # how long the others wait for it at most
PORT_S = 2.0  # a web server that was killed a moment ago may still have it
OTHER_COMMAND_S = 30.0  # how long a command that has the servers may take to finish

NAME = "nps_project"


def web_command(host: str, port: int, wsgi_application: str = "", *, connections: int = 0) -> list[str]:
    """The web server, of the product or of another application, whose `connections` in each process may be fewer."""
    return [sys.executable, "-m", f"{NAME}.serve", "--host", host, "--port", str(port),
            *(["--connections", str(connections)] if connections else []),
            *([wsgi_application] if wsgi_application else [])]  # fmt: skip


def celery_command(*words: str) -> list[str]:
    """Celery without its banner, and without the checks of Django, which each worker would repeat."""
    return [sys.executable, "-m", "celery", "--quiet", "--skip-checks", "-A", NAME, *words]


def worker_command(*queues: str, name: str = "", threads: int = 2) -> list[str]:
    """A Celery worker for these queues, for all without any. `name`: its node name, unique at the broker."""
    chosen = ["--queues", ",".join(queues)] if queues else []
    named = name or f"{'-'.join(queues) or 'worker'}@%h"
    return celery_command("worker", *chosen, "--hostname", named, "--pool", "threads", "--concurrency", str(threads),
                          "--loglevel", "WARNING", "--without-gossip", "--without-mingle")  # fmt: skip


class Command(BaseCommand):
    """Start the servers, migrate, then run web, the workers and beat until a signal stops them."""

    requires_system_checks: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words_to_stop = 0
        self.preparing = True
        self.help = _("Run everything on this machine: database, broker, web, worker and schedule. Ctrl-C stops it.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None: HOST, PORT and VAR_DIR come from the environment."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: SystemExit with one line when it cannot start."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._own(Ownership(settings.VAR_DIR))
        except EmbeddedError as error:
            raise SystemExit(f"winback: {error}") from error

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.words_to_stop += 1
        if self.preparing and self.words_to_stop == 1:
            raise KeyboardInterrupt

    def _own(self, ownership: Ownership) -> None:
        self._take(ownership)
        supervisor = Supervisor(ownership.run)
        try:
            _check_port(settings.HOST, settings.PORT)
            lines = self._prepare(supervisor)
            self.preparing = False
            self._watch(supervisor, _programs(), lines)
        except KeyboardInterrupt:
            pass
        finally:
            self.preparing = False
            supervisor.stop(in_haste=lambda: self.words_to_stop > 1)
            ownership.release()

    def _take(self, ownership: Ownership) -> None:
        """Become the owner of VAR_DIR. Raises: EmbeddedError that names the owner."""
        me = Owner(os.getpid(), SUPERVISOR, f"http://{_shown(settings.HOST)}:{settings.PORT}")
        deadline = time.monotonic() + OTHER_COMMAND_S
        has_warned = False
        while not ownership.take(me):
            holder = ownership.holder()
            if holder and (holder.command == SUPERVISOR or time.monotonic() > deadline):
                raise EmbeddedError(f"{settings.VAR_DIR} is in use by {holder}; stop that one first, "
                                    "or set VAR_DIR and PORT to others")  # fmt: skip
            if holder and not has_warned:
                has_warned = True
                self.stderr.write(f"winback: waiting for {holder} to finish")
            time.sleep(0.1)

    def _prepare(self, supervisor: Supervisor) -> list[str]:
        """Start the servers, migrate, collect static files, make first rows. Returns: the lines of the greeting."""
        servers: list[Server] = []
        if settings.DATABASE_IS_EMBEDDED or settings.REDIS_IS_EMBEDDED:
            place = places.prepare(settings.VAR_DIR)
            servers += [Postgres(place)] if settings.DATABASE_IS_EMBEDDED else []
            servers += [Valkey(place)] if settings.REDIS_IS_EMBEDDED else []
        for server in servers:
            server.set_up()
            supervisor.add(Child(server.name, server.spawn, partial(_signal, server.stop_signal), is_server=True))
        for server in servers:
            server.wait_until_ready()
            if isinstance(server, Postgres):
                server.make_database()
        try:
            connections["default"].ensure_connection()
        except OperationalError as error:
            raise EmbeddedError(f"the database of DATABASE_URL cannot be reached: {str(error).strip()}") from error
        self._say_what_takes_long()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        greeting = io.StringIO()
        call_command("first_start", stdout=greeting)
        connections.close_all()
        return [line for line in greeting.getvalue().splitlines() if line.strip()]

    def _say_what_takes_long(self) -> None:
        if baseline.fitting(connections["default"]):
            self.stdout.write(_("Making the database: a few seconds, the first time only."))
        elif steps := missing_migrations():
            words = ngettext("Making the database ready: %(n)d step.", "Making the database ready: %(n)d steps.", steps)
            self.stdout.write(words % {"n": steps})
        self.stdout.flush()

    def _watch(self, supervisor: Supervisor, programs: list[Child], lines: list[str]) -> None:
        """Start the programs, keep them alive until a signal stops them, and greet once the product answers.

        The first one loads alone: they keep a core busy for seconds each, and it is the one that people wait for.
        """
        supervisor.add(programs.pop(0))
        began = time.monotonic()
        answers = greeted = False
        while not self.words_to_stop:
            supervisor.look()
            answers = answers or _answers(settings.HOST, settings.PORT)
            waited_s = time.monotonic() - began
            while programs and (answers or waited_s > WEB_ALONE_S):
                supervisor.add(programs.pop(0))
            if not greeted and (answers or waited_s > READY_S):
                greeted = True
                if not answers:
                    self.stderr.write(f"winback: no answer at {settings.SITE_URL} for {READY_S:.0f} s; still trying")
                self.stdout.write("\n".join([*lines, _("Stop:     Ctrl-C (your data stays)")]))
                self.stdout.flush()
            time.sleep(LOOK_S)


def _programs() -> list[Child]:
    """The web, the workers and beat, which no one has started yet."""
    schedule = settings.VAR_DIR / "run" / "celerybeat-schedule"
    commands = {
        "web": web_command(settings.HOST, settings.PORT),
        "worker": worker_command(URGENT),
        "sweeps": worker_command(SWEEPS),
        "mail": worker_command(MAIL),
        "bulk": worker_command(BULK),
        "beat": celery_command("beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(schedule)),
    }
    environment = os.environ | {
        "VAR_DIR": str(settings.VAR_DIR),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",  # in a container one is root
    }
    return [Child(name, partial(_spawn_program, name, command, environment), partial(_signal, signal.SIGTERM))
            for name, command in commands.items()]  # fmt: skip


def _spawn_program(name: str, command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    process = spawn(command, cwd=settings.BASE_DIR, environment=environment, death_signal=signal.SIGTERM,
                    output=subprocess.PIPE)  # fmt: skip
    if process.stdout is not None:
        pump(name, process.stdout)
    return process


def _signal(number: signal.Signals, process: "subprocess.Popen[bytes]") -> None:
    if not has_ended(process):
        process.send_signal(number)


def _check_port(host: str, port: int) -> None:
    """Raises: EmbeddedError when nobody can listen there, with the variable to change."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise EmbeddedError(f"HOST {host!r} is not an address of this machine ({error.strerror})") from error
    deadline = time.monotonic() + PORT_S
    while True:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    other = port % 65535 + 1
                    raise EmbeddedError(f"port {port} at {host} cannot be used ({error.strerror}); "
                                        f"set PORT to another: PORT={other} make run") from error  # fmt: skip
        time.sleep(0.1)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _answers(host: str, port: int) -> bool:
    """Whether /healthz says 200 to a visitor from this machine."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  an address to ask, not to listen on
    allowed = [name for name in settings.ALLOWED_HOSTS if name != "*"] or [urlsplit(settings.SITE_URL).hostname or host]
    connection = http.client.HTTPConnection(reached, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": allowed[0].lstrip(".")})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
