"""Start child processes that end with their parent, and record their ids so that none is mistaken for another."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_ON_LINUX = Path("/proc/self/stat").exists()
_prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl if _ON_LINUX else None


@dataclass(frozen=True)
class Account:
    """The system user a child runs as."""

    uid: int
    gid: int


def spawn(
    command: Sequence[str],
    *,
    cwd: Path,
    death_signal: signal.Signals,
    output: int | IO[bytes],
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own, with its two outputs in `output`; call it from the main thread.

    On Linux the kernel sends it `death_signal` when this process ends, however it ends.
    """
    return subprocess.Popen(  # noqa: S603  commands of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=environment,
        start_new_session=True,
        preexec_fn=_end_with_parent(os.getpid(), death_signal),
        **_as_account(account),
    )


def run_as(account: Account | None, command: Sequence[str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a short command to its end and return its output."""
    return subprocess.run(  # noqa: S603  commands of our own
        command, cwd=cwd, capture_output=True, text=True, errors="replace", check=False, **_as_account(account)
    )


def _as_account(account: Account | None) -> dict[str, Any]:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def _end_with_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if _prctl is None:
        return None

    def in_child() -> None:  # after the change of user, which would forget the signal
        _prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child


def birth(pid: int) -> str | None:
    """The start time that tells a process from a later one with the same id; None when it does not run."""
    if _ON_LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]  # ticks since the machine started
    shown = run_as(None, ["ps", "-o", "stat=,lstart=", "-p", str(pid)], Path("/")).stdout.split(maxsplit=1)
    return None if len(shown) < 2 or shown[0].startswith("Z") else shown[1].strip()


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""  # elsewhere a birth is a date, which no second boot repeats


def record(path: Path, pid: int) -> None:
    """Write down a child, so that a later start can find it when nobody else can stop it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"pid": pid, "birth": birth(pid), "boot": _boot()}))
    fresh.replace(path)


def recorded(path: Path) -> int | None:
    """The id written by `record`, if that very process still runs."""
    pid, born = _noted(path)
    return pid if pid and born and birth(pid) == born else None


def _noted(path: Path) -> tuple[int, str]:
    """Id and birth of a child that was recorded since the machine started; else 0 and nothing."""
    try:
        noted = json.loads(path.read_text())
        return (int(noted["pid"]), str(noted["birth"] or "")) if noted["boot"] == _boot() else (0, "")
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""


def _bereft(path: Path, var_dir: Path) -> list[int]:
    """Processes in the session of a recorded child that is dead itself, such as workers of a web server; on Linux."""
    leader, _born = _noted(path)
    if not _ON_LINUX or not leader or birth(leader) is not None:
        return []
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            session = int((directory / "stat").read_text(errors="replace").rpartition(")")[2].split()[3])
            ours = b"VAR_DIR=" + os.fsencode(var_dir)  # so a number used anew does not deceive us
            if session == leader and ours in (directory / "environ").read_bytes().split(b"\0"):
                found.append(int(directory.name))
    return found


def end_recorded(directory: Path, patience_s: float) -> None:
    """Wait for the recorded children of a supervisor that was killed, then kill what is left with its group.

    The kernel has told them to end already; `patience_s` lets PostgreSQL write its last page.
    """
    notes = sorted(directory.glob("*.pid"))
    deadline = time.monotonic() + patience_s
    asked: set[int] = set()
    while left := {note: pid for note in notes if (pid := recorded(note))}:
        for note, pid in left.items():
            if pid not in asked:
                _signal(pid, signal.SIGINT if note.stem == "postgres" else signal.SIGTERM)
                asked.add(pid)
            elif time.monotonic() > deadline:
                _signal(-pid, signal.SIGKILL)  # each child leads a group
        time.sleep(0.05)
    bereft = [pid for note in notes for pid in _bereft(note, directory.parent)]
    for pid in bereft:
        _signal(pid, signal.SIGKILL)
    deadline = time.monotonic() + 2
    while any(birth(pid) for pid in bereft) and time.monotonic() < deadline:  # until their ports are free
        time.sleep(0.02)
    for note in notes:
        note.unlink(missing_ok=True)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def end_group(child: "subprocess.Popen[bytes]", number: signal.Signals = signal.SIGKILL) -> None:
    """Signal everything in the group of a child that we have not reaped yet, so its id is still its own."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, of a zombie alone
            os.killpg(child.pid, number)


def has_ended(child: "subprocess.Popen[bytes]") -> bool:
    """Whether the child ended; what it left behind in its group is killed before the id is given back."""
    if child.returncode is not None:
        return True
    if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return False
    end_group(child)
    child.wait()
    return True


def wait_for_end(children: Sequence["subprocess.Popen[bytes]"], deadline: float) -> bool:
    """Wait until the monotonic time `deadline`; whether all ended."""
    while not all(has_ended(child) for child in children):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
