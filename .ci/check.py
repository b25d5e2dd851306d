"""Everything that is checked but the tests: `python .ci/check.py [step...]`. Needs no server.

All steps run, also after one failed; a step's output is shown when it fails. Exit 1 if any failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import setup  # beside this file

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable]
_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

STEPS: dict[str, list[list[str]]] = {
    "lint": [
        [*PYTHON, "-m", "ruff", "format", "--check", "--quiet", "--diff", "."],
        [*PYTHON, "-m", "ruff", "check", "--quiet", "."],
    ],
    "types": [[*PYTHON, "-m", "mypy", "--no-error-summary", "--num-workers", "2"]],
    "imports": [[*PYTHON, "-c", _IMPORTS, "--no-cache"]],
    "templates": [
        [*PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
        [*PYTHON, ".ci/template_words.py"],
    ],
    "migrations-check": [[*PYTHON, ".ci/check_migrations.py"]],
    "translations-check": [[*PYTHON, ".ci/check_translations.py"]],
    "deploy-check": [[*PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]],
}


def production_like(var_dir: str) -> dict[str, str]:
    """The environment of a served product, with addresses that nothing answers at: no step may need them."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "CI") if name in os.environ}
    return kept | {
        "VAR_DIR": var_dir,
        "SITE_URL": "https://winback.example.com",
        "SECRET_KEY": "only-for-checks-" + "x7Kq9-Zt2Lw" * 5,
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "COLUMNS": "160",
    }


def run(step: str, env: dict[str, str]) -> bool:
    """Run one step's commands; say how it went. True when all succeeded."""
    started = time.monotonic()
    said = ""
    for command in STEPS[step]:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said += (done.stdout + done.stderr).strip() + "\n"
    print(f"{step:<20}{'FAILED' if said else 'ok':<8}{time.monotonic() - started:5.1f} s", flush=True)
    if said:
        print(said, flush=True)
    return not said


def main() -> int:
    asked = sys.argv[1:] or list(STEPS)
    if unknown := [step for step in asked if step not in STEPS]:
        sys.exit(f"unknown: {', '.join(unknown)}; there are {', '.join(STEPS)}")
    if found := setup.faults("dev"):  # after a change of the lock, every step would complain in its own way
        sys.exit(f"winback: packages in .venv are {' and '.join(sorted(found))}. Run: make dev")
    (ROOT / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="winback-check-") as var_dir:
        env = production_like(var_dir)
        failed = [step for step in asked if not run(step, env)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
