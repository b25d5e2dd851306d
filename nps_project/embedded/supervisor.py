"""Keep child processes alive: start them, restart them, pass on their output, stop them in order."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from nps_project.embedded.processes import end_group, has_ended, record, wait_for_end

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
SETTLED_S = 30.0  # a child that lived this long is forgiven its earlier deaths
LOOK_S = 0.1
WORKERS_STOP_S, ALL_STOP_S = 6.0, 9.0  # from the word to stop; the promise is 10 s
HASTE_S = 2.0  # all that a second word leaves

Spawn = Callable[[], "subprocess.Popen[bytes]"]


@dataclass
class Child:
    """One process that is kept alive; `spawn` starts it, `stop` asks it to end."""

    name: str
    spawn: Spawn
    stop: Callable[["subprocess.Popen[bytes]"], None]
    is_server: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    pause_s: float = FIRST_PAUSE_S
    is_recorded: bool = True
    started_at: float = 0.0
    due_at: float = field(default=0.0)  # monotonic time of the next start, while it is dead


class Supervisor:
    """The children of `manage.py run`. All methods belong to the main thread, which the children's lives hang on."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.children: list[Child] = []

    def add(self, child: Child, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """Keep a child from now on; `process` when it runs already."""
        self.children.append(child)
        if process is None:
            self._start(child)
        else:
            child.process, child.started_at = process, time.monotonic()

    def look(self) -> None:
        """Restart every child that has died and whose pause is over."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and has_ended(child.process):
                if now - child.started_at > SETTLED_S:
                    child.pause_s = FIRST_PAUSE_S
                print(f"winback: {child.name} ended ({_how(child.process.returncode)}); "
                      f"it starts again in {child.pause_s:.0f} s", file=sys.stderr, flush=True)  # fmt: skip
                child.process = None
                child.due_at = now + child.pause_s
                child.pause_s = min(2 * child.pause_s, LONGEST_PAUSE_S)
            elif child.process is None and now >= child.due_at:
                self._start(child)
            elif child.process is not None and not child.is_recorded:
                self._record(child)

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        try:
            child.process = child.spawn()
        except OSError as error:
            print(f"winback: {child.name} cannot be started: {error}", file=sys.stderr, flush=True)
            child.due_at = child.started_at + child.pause_s
            child.pause_s = min(2 * child.pause_s, LONGEST_PAUSE_S)
            return
        self._record(child)

    def _record(self, child: Child) -> None:
        """Write its id down for a later start; with a full disk the child runs on, and the next look tries again."""
        try:
            record(self.run / f"{child.name}.pid", child.process.pid if child.process else 0)
            child.is_recorded = True
        except OSError as error:
            child.is_recorded = False
            print(f"winback: {child.name} runs, but its id cannot be kept: {error}", file=sys.stderr, flush=True)

    def stop(self, in_haste: Callable[[], bool]) -> None:
        """Stop all: what uses the servers first, in reverse order of `add`; at most ALL_STOP_S, HASTE_S in haste."""
        began = time.monotonic()
        self._stop(
            [child for child in reversed(self.children) if not child.is_server], began + WORKERS_STOP_S, in_haste
        )
        self._stop([child for child in reversed(self.children) if child.is_server], began + ALL_STOP_S, in_haste)
        for child in self.children:
            (self.run / f"{child.name}.pid").unlink(missing_ok=True)

    @staticmethod
    def _stop(children: list[Child], deadline: float, in_haste: Callable[[], bool]) -> None:
        running = [child for child in children if child.process is not None and not has_ended(child.process)]
        processes = [child.process for child in running if child.process is not None]
        for child in running:
            if child.process is not None:
                child.stop(child.process)
        hurried = False
        while not wait_for_end(processes, time.monotonic()):
            if in_haste() and not hurried:
                hurried = True
                deadline = min(deadline, time.monotonic() + (HASTE_S if running[0].is_server else 0))
            if time.monotonic() > deadline:
                for process in processes:
                    end_group(process)
            time.sleep(0.02)


def pump(name: str, source: IO[bytes]) -> None:
    """Print each line of a child with its name before it, until the child is gone."""

    def copy() -> None:
        with source:
            for line in source:
                if text := line.decode(errors="replace").rstrip():
                    print(f"{name} | {text}", file=sys.stderr, flush=True)

    threading.Thread(target=copy, name=f"output of {name}", daemon=True).start()


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit status {code}"
