"""Programs of the product that begin loaded: a process that has imported them forks one for each that a test asks for.

To load takes two seconds of a core, a fork a hundredth. It is for tests to which programs are a means: that each starts
from nothing is shown by tests/browser/test_chain.py and tests/nps_project/embedded/test_run.py, which start everything
as people do. Only Linux lets a fork become a child of whoever asked; elsewhere all programs start from nothing.
tests/preloader.py is the process that forks.
"""

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
# What programs want of Python itself is read as it starts; the rest belongs to each program.
ALWAYS = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore:You're running the worker"}
OF_EACH = {*ALWAYS, "CELERY_SKIP_CHECKS", "PYTEST_CURRENT_TEST"}
READY = b"ready"
MOST = 2  # of one process of tests, each with a hundred megabytes; programs outlive what forked them
Environment = tuple[tuple[str, str], ...]
_PR_SET_CHILD_SUBREAPER = 36
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class Loaded:
    """A process that has loaded the product in one environment, behind `line`."""

    def __init__(self, line: socket.socket, process: "subprocess.Popen[bytes] | None" = None) -> None:
        self.line, self.process = line, process
        self._lock = threading.Lock()

    def fork(self, asked: dict[str, Any], files: Sequence[int]) -> int:
        """The id of a new child of this process. Raises: OSError when what is loaded has died."""
        with self._lock:
            _adopt(True)
            try:
                socket.send_fds(self.line, [json.dumps(asked | {"parent": os.getpid()}).encode() + b"\n"], files)
                pid = int(self.line.recv(100) or 0)
            finally:
                _adopt(False)
        if not pid:
            raise OSError("the program could not be forked")
        return pid

    def close(self) -> None:
        """No more programs; those that run go on."""
        self.line.close()
        if self.process is not None:
            self.process.wait()


class Forked(subprocess.Popen[bytes]):
    """Like any other Popen; `death_signal` is sent to it when this process ends, however it ends."""

    def __init__(self, loaded: Loaded, command: Sequence[str], *, death_signal: int = 0, **how: Any) -> None:
        self._loaded, self._death_signal = loaded, death_signal
        super().__init__(command, **how)

    def _execute_child(self, args: Any, executable: Any, preexec_fn: Any, close_fds: Any, pass_fds: Any, cwd: Any,
                       env: Any, startupinfo: Any, creationflags: Any, shell: Any, *ends: Any) -> None:  # fmt: skip
        """What Popen does between the pipes it makes and the ends of them that it keeps."""
        pipes = ends[:6]
        given = [inherited if pipes[place] == -1 else pipes[place] for place, inherited in ((0, 0), (3, 1), (5, 2))]
        asked = {"command": list(args), "cwd": str(cwd or Path.cwd()), "environment": dict(env or os.environ),
                 "death_signal": int(self._death_signal)}  # fmt: skip
        try:
            self.pid = self._loaded.fork(asked, given)
            self._child_created = True
        finally:
            self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


_kept: dict[Environment, Loaded] = {}


def start(command: Sequence[str], environment: Mapping[str, str], **more: Any) -> "subprocess.Popen[Any]":
    """A program in a session of its own; it has nothing to read unless `more`, which Popen takes, says otherwise."""
    how: dict[str, Any] = {"cwd": CHECKOUT, "env": environment, "stdin": subprocess.DEVNULL} | more
    if _prctl is None:
        return subprocess.Popen(command, start_new_session=True, **how)
    return Forked(loaded_in(environment), command, **how)


def run(
    command: Sequence[str], environment: Mapping[str, str], *, typed: str | None = None, timeout_s: float = 120
) -> "subprocess.CompletedProcess[str]":
    """One program to its end. Raises: TimeoutExpired."""
    pipe = subprocess.PIPE
    how = {"stdout": pipe, "stderr": pipe, "text": True} | ({} if typed is None else {"stdin": pipe})
    with start(command, environment, **how) as process:
        try:
            said, complained = process.communicate(typed, timeout=timeout_s)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def loaded_in(environment: Mapping[str, str]) -> Loaded:
    """What forks programs in this environment; it is loaded when somebody first asks for it."""
    key = _own(environment)
    if key not in _kept:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept))).close()
        ours, theirs = socket.socketpair()
        with theirs:
            words = ["-m", "tests.preloader", str(theirs.fileno()), environment.get("VAR_DIR", "")]
            process = subprocess.Popen(
                [sys.executable, *words], cwd=CHECKOUT, env=dict(key) | ALWAYS, stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        _kept[key] = Loaded(ours, process)
        if ours.recv(len(READY)) != READY:
            unload(environment)
            raise RuntimeError("the product cannot be loaded; it said why above")
    return _kept[key]


def loader_of(environment: Mapping[str, str]) -> int | None:
    """The process that forks programs in this environment."""
    loaded = _kept.get(_own(environment))
    return loaded.process.pid if loaded and loaded.process else None


def unload(environment: Mapping[str, str]) -> None:
    """Nobody needs this one any more."""
    if loaded := _kept.pop(_own(environment), None):
        loaded.close()


@atexit.register
def unload_all() -> None:
    """Leave none of them behind."""
    while _kept:
        _kept.popitem()[1].close()


def _own(environment: Mapping[str, str]) -> Environment:
    return tuple(sorted((name, value) for name, value in environment.items() if name not in OF_EACH))


def _adopt(whether: bool) -> None:
    """Orphans among the descendants of this process become its children."""
    if _prctl is not None:
        _prctl(_PR_SET_CHILD_SUBREAPER, int(whether), 0, 0, 0)
