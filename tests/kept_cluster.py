"""A PostgreSQL cluster in which every migration is applied, kept in .cache/tests from one session to the next.

It is known by what made it: another migration, lock or setting makes another one, and the one before is removed.
Imports no settings: it runs before they load.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from nps_project.embedded import DATABASE, EmbeddedError, addresses_in
from nps_project.embedded.servers import Postgres

CHECKOUT = Path(__file__).resolve().parents[1]
KEPT = CHECKOUT / ".cache" / "tests"
MIGRATED = DATABASE  # the database of the cluster that has every table: that of a product of its own


def fingerprint(checkout: Path = CHECKOUT) -> str:
    """Sixteen hexadecimal digits that stand for all that decides what is in the cluster."""
    digest = hashlib.sha256()
    made_by = [
        *("requirements.txt", "nps_project/settings.py", "nps_project/embedded/servers.py"),
        *("nps_project/operations/baseline.py", "nps_project/operations/baseline.sql"),
    ]
    migrations = [path for room in ("nps_project", "surveys", "followup") for path in (checkout / room).rglob("*.py")
                  if path.parent.name == "migrations"]  # fmt: skip
    for path in [*(checkout / name for name in made_by), Path(__file__), *sorted(migrations)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def provide(server: Postgres, kept_in: Path = KEPT, make: Callable[[Postgres], None] | None = None) -> None:
    """Give a server that has no cluster yet a copy of the kept one, which is made first when there is none.

    `make` leaves a cluster where the server expects it, and the server stopped. Processes that come at once wait for
    each other. Raises: EmbeddedError with what the migrations said.
    """
    kept_in.mkdir(parents=True, exist_ok=True)
    kept = kept_in / f"cluster-{fingerprint()}"
    with (kept_in / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.is_dir():
            _copy(kept, server.cluster)
            return
        (make or apply_migrations)(server)
        fresh = kept_in / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        _copy(server.cluster, fresh)
        for older in kept_in.glob("cluster-*"):
            shutil.rmtree(older, ignore_errors=True)
        fresh.rename(kept)


def _copy(source: Path, target: Path) -> None:
    """With owners and modes."""
    subprocess.run(["cp", "-Rp", str(source), str(target)], check=True)


def apply_migrations(server: Postgres) -> None:
    """Make the cluster, apply every migration, and stop the server again."""
    server.start()
    try:
        own = addresses_in(server.place.sockets)
        with tempfile.TemporaryDirectory(prefix="winback-migrate-") as var_dir:
            environment = os.environ | {
                "DATABASE_URL": own.database_url,
                "REDIS_URL": own.redis_url,
                "VAR_DIR": var_dir,
                "DJANGO_SETTINGS_MODULE": "nps_project.settings",
            }
            done = subprocess.run(
                [sys.executable, "manage.py", "migrate", "--no-input", "-v0"], cwd=CHECKOUT, env=environment,
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            )  # fmt: skip
        if done.returncode:
            raise EmbeddedError(f"the migrations fail: {done.stderr.strip()[-3000:]}")
    finally:
        server.stop()
