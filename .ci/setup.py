"""Make `.venv` hold exactly what a lock names: `python setup.py runtime|dev`. Standard library only.

Looks at every installed file each time (a third of a second) in place of trusting a stamp, so a changed lock, a broken
installation, one that was interrupted, and another Python asked for by the variable PYTHON are put right by themselves.
"""

import sys

if sys.version_info < (3, 11):  # read by Python 3.6 too: no newer syntax in this file
    sys.exit(
        "winback: Python 3.11 or newer is needed; this is %d.%d (%s). Name another: make PYTHON=python3.13 ..."
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import fcntl
import os
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEWEST_TESTED = (3, 13)
SYSTEMS_OWN = Path("/usr/bin/python3")
LOCKS = {"runtime": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}
# Run inside the environment: every file of every locked package is there, in the locked version.
_VERIFY = """
import os, re, sys
from importlib.metadata import PackageNotFoundError, distribution
for name, version in (line.split("==") for line in sys.argv[1:]):
    try:
        found = distribution(name)
    except PackageNotFoundError:
        print("missing", name); continue
    if found.version != version:
        print("other", name); continue
    base, record = str(found.locate_file("")), found.read_text("RECORD")
    if record is None:
        print("broken", name); continue
    for line in record.splitlines():
        path = line.rsplit(",", 2)[0].strip('"')
        if not path.endswith(".pyc") and not os.path.lexists(os.path.join(base, path)):
            print("broken", name); break
"""


def say(text: str) -> None:
    print(f"winback: {text}", file=sys.stderr, flush=True)


def pins(kind: str) -> list[str]:
    """`name==version` of each package that the lock names, comments and options left out."""
    lines = [line.strip() for name in LOCKS[kind] for line in (ROOT / name).read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def python_version(python: Path, *, with_module: str = "pip") -> tuple[int, ...] | None:
    """(3, 12, 1), or None when it does not run or has no such module."""
    code = f"import {with_module}, sys; print(*sys.version_info[:3])"
    try:
        answer = subprocess.run([str(python), "-I", "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return tuple(map(int, answer.stdout.split())) if answer.returncode == 0 else None


def faults(kind: str) -> set[str]:
    """What is wrong with the packages: any of missing, other, broken; nothing when all is as locked."""
    answer = subprocess.run(
        [str(PYTHON), "-I", "-c", _VERIFY, *pins(kind)], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        return {"broken"}
    return {line.split()[0] for line in answer.stdout.splitlines()}


def chosen() -> str:
    """The Python for `.venv`: the one that runs this, unless it is slow and nobody asked for it.

    pyenv builds Python without its optimisations unless told to. Systems build theirs with them, in ways of their own.
    """
    is_quick = "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS"))
    is_the_systems = sys.base_prefix == str(SYSTEMS_OWN.parents[1])
    if os.environ.get("WINBACK_PYTHON_ASKED") == "1" or is_quick or is_the_systems:
        return sys.executable
    version = python_version(SYSTEMS_OWN, with_module="ensurepip, venv")
    if version is None or not (3, 11) <= version[:2] <= NEWEST_TESTED:
        return sys.executable
    say(
        f"{sys.executable} was built without optimisations; taking {SYSTEMS_OWN}, which is quicker (PYTHON=... chooses)"
    )
    return str(SYSTEMS_OWN)


def make_environment() -> None:
    """A fresh `.venv` of the Python that is chosen. Raises: SystemExit with what to install."""
    if VENV.is_symlink() or (VENV.exists() and not VENV.is_dir()):
        sys.exit(f"winback: {VENV} is not a folder; move it away and run make again.")
    if VENV.exists():
        shutil.rmtree(VENV)
    python = chosen()
    answer = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        last = (answer.stdout + answer.stderr).strip().splitlines()[-1:]
        sys.exit(
            f"winback: {python} cannot make a virtual environment ({' '.join(last)}). "
            f"On Debian and Ubuntu: apt-get install python3-venv"
        )


def install(kind: str) -> None:
    """Install the lock, with a count where a person watches. Raises: SystemExit with pip's last lines.

    The lock names every package that another one needs, so that two pips may each install half of it. Nothing is
    compiled ahead: Python compiles what it imports, which is the smaller part.
    """
    wanted, seen, lines = pins(kind), 0, []
    watched = sys.stderr.isatty()
    say(f"installing packages into .venv ({len(wanted)}; from nothing it takes about half a minute)")
    pip = [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    said, to_said = os.pipe()
    pips = [
        subprocess.Popen(
            [*pip, "--no-deps", "--no-compile", *half], cwd=ROOT, stdout=to_said, stderr=subprocess.STDOUT, text=True
        )
        for half in (wanted[::2], wanted[1::2])
    ]
    os.close(to_said)
    with open(said) as output:
        for line in output:
            lines.append(line)
            seen += line.startswith(("Collecting ", "Requirement already satisfied: "))
            if watched:
                doing = "unpacking" if seen >= len(wanted) else f"{seen} of {len(wanted)}"
                print(f"\r  {doing:<12}", end="", file=sys.stderr, flush=True)
    if watched:
        print("\r" + " " * 20 + "\r", end="", file=sys.stderr, flush=True)
    statuses = [one.wait() for one in pips]
    if any(statuses):
        sys.stderr.writelines(lines[-40:])
        sys.exit("winback: the packages could not be installed; pip's last lines are above. Run make again to go on.")


@contextmanager
def alone() -> Iterator[None]:
    """Hold a lock on the checkout, so that two makes at once do not install over each other."""
    folder = os.open(ROOT / ".ci", os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another make is installing; waiting for it")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def ensure(kind: str) -> None:
    """Bring `.venv` to the lock; changes nothing when it is there already."""
    present = python_version(PYTHON)
    asked = os.environ.get("WINBACK_PYTHON_ASKED") == "1"
    if present is None or present < (3, 11) or (asked and present != sys.version_info[:3]):
        make_environment()
        present = python_version(PYTHON) or sys.version_info[:3]
    found = faults(kind)
    if "broken" in found:
        say("files are missing from .venv; making it anew")
        make_environment()
        found = {"missing"}
    if found:
        install(kind)
        left = faults(kind)
        if left:
            sys.exit(
                f"winback: after the installation packages are {' and '.join(sorted(left))}. Remove .venv, try again."
            )
    if present[:2] > NEWEST_TESTED:
        newest = ".".join(map(str, NEWEST_TESTED))
        say(f"Python {present[0]}.{present[1]} is newer than {newest}, the newest this is tested with; it may work")


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in LOCKS:
        sys.exit("usage: setup.py runtime|dev")
    try:
        with alone():
            ensure(kind)
    except KeyboardInterrupt:
        say("stopped; the next make goes on from here")
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)  # make is told the truth, and adds no word of its own
    return 0


if __name__ == "__main__":
    sys.exit(main())
