"""Write requirements.txt and requirements-dev.txt: exact versions from the ranges in pyproject.toml.

Versions already locked stay unless they left their range; `--upgrade` takes the newest of each range.
The dev lock holds only what it adds, after `-r requirements.txt`.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEV = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
_COMPILE = [sys.executable, "-m", "piptools", "compile", "--quiet", "--strip-extras", "--no-header"]
_COMPILE += ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options"]


def entries(lock: str) -> dict[str, str]:
    """The blocks of a lock by package: `name==version` and the comment lines that say what asked for it."""
    blocks = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(.*\n(?:[ ]+#.*\n)*)", lock, re.MULTILINE | re.IGNORECASE)
    return {name: f"{name}=={rest}" for name, rest in blocks}


def compiled(start: str, *arguments: str) -> dict[str, str]:
    """Let pip-tools resolve; `start` is the earlier lock, whose versions are preferred."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "lock.txt")
        output.write_text(start)
        command = [*_COMPILE, "--output-file", str(output), *arguments, "pyproject.toml"]
        subprocess.run(command, check=True, cwd=ROOT)
        return entries(output.read_text())


def main() -> int:
    options = sys.argv[1:]
    before, before_dev = (
        "".join(entries(path.read_text()).values()) if path.exists() else "" for path in (RUNTIME, DEV)
    )
    head = "# Exact versions, made by `make lock` from the ranges in pyproject.toml. Do not edit.\n"
    runtime = compiled(before, *options)
    locked = "".join(runtime.values())
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraint:
        constraint.write("".join(block.split("\n", 1)[0] + "\n" for block in runtime.values()))
        constraint.flush()
        both = compiled(before_dev, *options, "--extra", "dev", "--constraint", constraint.name)
        added = "".join(block for name, block in both.items() if name not in runtime)
        added = re.sub(rf"^ +# +-c {re.escape(constraint.name)}\n", "", added, flags=re.MULTILINE)
    for path, text in ((RUNTIME, head + locked), (DEV, head + "-r requirements.txt\n" + added)):
        half = path.with_suffix(".txt.new")
        half.write_text(text)
        os.replace(half, path)
        print(f"{path.name}: {len(entries(text))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
