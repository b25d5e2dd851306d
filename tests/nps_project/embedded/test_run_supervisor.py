"""The supervisor's patience: growing pauses, an order of stopping, an end for the stubborn."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nps_project.embedded import supervisor as module
from nps_project.embedded.processes import recorded, spawn
from nps_project.embedded.supervisor import Child, Supervisor

SLEEPS = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """As time.monotonic."""
        return self.now


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """One without children yet; none outlives the test."""
    made = Supervisor(tmp_path)
    yield made
    for child in made.children:
        if child.process:
            if child.process.poll() is None:
                child.process.kill()
            child.process.wait()
            if child.process.stdout:
                child.process.stdout.close()


def python(program: str, cwd: Path) -> Callable[[], "subprocess.Popen[bytes]"]:
    """Starts a Python program and waits until it says that it is up."""

    def start() -> "subprocess.Popen[bytes]":
        process = spawn([sys.executable, "-c", program], cwd=cwd, death_signal=signal.SIGKILL, output=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    return start


def terminate(process: "subprocess.Popen[bytes]") -> None:
    """SIGTERM."""
    process.send_signal(signal.SIGTERM)


def test_pauses_grow_while_a_child_keeps_dying_and_are_forgiven_later(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    monkeypatch.setattr("nps_project.embedded.supervisor.time.monotonic", clock.monotonic)
    starts: list[float] = []

    def die() -> "subprocess.Popen[bytes]":
        starts.append(clock.now)
        process = spawn(
            [sys.executable, "-c", ""], cwd=tmp_path, death_signal=signal.SIGKILL, output=subprocess.DEVNULL
        )
        process.wait()
        return process

    supervisor.add(Child("web", die, terminate))
    for _second in range(200):
        supervisor.look()
        clock.now += 0.5
    pauses = [round(later - earlier) for earlier, later in zip(starts, starts[1:], strict=False)]
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses) <= module.LONGEST_PAUSE_S
    assert "web ended (exit status 0); it starts again in 1 s" in capsys.readouterr().err

    child = supervisor.children[0]
    child.pause_s, child.started_at = 60.0, clock.now - module.SETTLED_S - 1
    child.process = subprocess.Popen([sys.executable, "-c", ""])
    child.process.wait()
    supervisor.look()
    assert child.due_at - clock.now == module.FIRST_PAUSE_S


def test_servers_stop_after_those_who_use_them(supervisor: Supervisor, tmp_path: Path) -> None:
    stopped: list[str] = []

    def noting(name: str) -> Callable[["subprocess.Popen[bytes]"], None]:
        def stop(process: "subprocess.Popen[bytes]") -> None:
            stopped.append(name)
            process.send_signal(signal.SIGTERM)

        return stop

    for name in ("postgres", "valkey", "worker", "web", "beat"):
        is_server = name in {"postgres", "valkey"}
        supervisor.add(Child(name, python(SLEEPS, tmp_path), noting(name), is_server=is_server))
    assert len(list(tmp_path.glob("*.pid"))) == 5
    supervisor.stop(in_haste=lambda: False)
    assert stopped == ["beat", "web", "worker", "valkey", "postgres"]
    assert not list(tmp_path.glob("*.pid"))


def test_a_child_that_will_not_stop_is_killed_in_time(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.WORKERS_STOP_S < module.ALL_STOP_S < 10
    monkeypatch.setattr(module, "WORKERS_STOP_S", 0.3)
    supervisor.add(Child("worker", python(STUBBORN, tmp_path), terminate))
    began = time.monotonic()
    supervisor.stop(in_haste=lambda: False)
    assert 0.3 <= time.monotonic() - began < 3
    process = supervisor.children[0].process
    assert process is not None
    assert process.returncode == -signal.SIGKILL


def test_a_second_word_to_stop_does_not_wait(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(Child("worker", python(STUBBORN, tmp_path), terminate))
    began = time.monotonic()
    supervisor.stop(in_haste=lambda: True)
    assert time.monotonic() - began < 3


def test_a_full_disk_ends_no_supervisor(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(module, "record", refuse)
        supervisor.add(Child("web", python(SLEEPS, tmp_path), terminate))
        supervisor.look()
    child = supervisor.children[0]
    assert child.process is not None
    assert "its id cannot be kept" in capsys.readouterr().err
    supervisor.look()
    assert recorded(tmp_path / "web.pid") == child.process.pid
