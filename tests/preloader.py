"""`python -m tests.preloader <socket> <directory>`: loads the product, and forks programs for tests/preloaded.py.

From the fork on each runs its own entry (`manage.py`, celery or `nps_project.serve`) in a session of its own, with the
arguments, environment and files that it was given. What is loaded holds no thread and no connection, and no program
leaves anything to the next. The directory is for whoever looks for a product's processes by their words.
"""

import ctypes
import gc
import json
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

from tests.preloaded import READY, Forked, Loaded

ADOPTED_WITHIN_S = 10
_PR_SET_PDEATHSIG = 1


def _load() -> None:
    """Import what programs import as they start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    from nps_project.celery import app

    app.loader.import_default_modules()
    app.finalize()
    for name in (
        *("celery.bin.celery", "celery.apps.worker", "celery.apps.beat", "celery.worker.consumer"),
        *("celery.concurrency.thread", "kombu.transport.redis", "uvicorn.server", "uvicorn.supervisors", "uvloop"),
        *("nps_project.web.asgi", "nps_project.web.connections", settings.ROOT_URLCONF),
    ):
        import_module(name)
    assert threading.active_count() == 1
    assert all(connection.connection is None for connection in connections.all(initialized_only=True))
    gc.collect()
    gc.freeze()


def _serve(line: socket.socket) -> list[str]:
    """Fork a program for each request. Returns: its command, in the program; here it ends when nobody can ask."""
    while True:
        told, files, _flags, _address = socket.recv_fds(line, 65_536, 3)
        while told and not told.endswith(b"\n"):
            told += line.recv(65_536)
        if not told:
            os._exit(0)
        here, there = os.pipe()
        if (between := os.fork()) == 0:
            if os.fork():
                os._exit(0)  # so the child becomes that of whoever asked
            line.close()
            os.close(here)
            command = _become(json.loads(told), files)
            os.write(there, b"%d" % os.getpid())
            os.close(there)
            return command
        os.close(there)
        os.waitpid(between, 0)
        line.sendall(os.read(here, 100) or b"0")
        for file in (here, *files):
            os.close(file)


def _become(asked: dict[str, Any], files: list[int]) -> list[str]:
    """Give this process the parent, the session, the files, the directory and the environment that were asked for."""
    deadline = time.monotonic() + ADOPTED_WITHIN_S
    while os.getppid() != asked["parent"]:
        if time.monotonic() > deadline:
            os._exit(1)  # whoever asked is gone
        time.sleep(0.001)
    if asked["death_signal"]:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, asked["death_signal"], 0, 0, 0)
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    return list(asked["command"])


def _supervise(command: list[str]) -> list[str]:
    """Give this `manage.py run` a loaded process, which forks its children."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        return _serve(theirs)
    theirs.close()
    loaded = Loaded(ours)

    def spawn(command: Sequence[str], *, cwd: Path, death_signal: int, output: int | IO[bytes],
              environment: Mapping[str, str]) -> Forked:  # fmt: skip
        return Forked(loaded, command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                      stderr=subprocess.STDOUT, death_signal=death_signal)  # fmt: skip

    vars(import_module("nps_project.management.commands.run"))["spawn"] = spawn
    return command


def _fork_web_processes() -> None:
    """Those of the web server, which starts them anew each; the signals that it hears itself end them meanwhile."""

    def as_new() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    os.register_at_fork(after_in_child=as_new)
    vars(import_module("uvicorn._subprocess"))["spawn"] = multiprocessing.get_context("fork")


def _main() -> NoReturn:
    _load()
    line = socket.socket(fileno=int(sys.argv[1]))
    line.sendall(READY)
    command = _serve(line)
    if command[-1] == "run":
        command = _supervise(command)
    if "nps_project.serve" in command:
        _fork_web_processes()
    program, *words = command
    if Path(program).name == "celery":
        sys.argv = [program, *words]
        runpy.run_module("celery", run_name="__main__", alter_sys=True)
    elif words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")
    sys.exit()


if __name__ == "__main__":
    _main()
