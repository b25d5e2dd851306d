"""The import of contacts against the least that stores the same rows, and its memory at a tenth of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench import contacts_file
from tests.bench.figures import Figure
from tests.bench.stage import PRISTINE, Stage

ROWS = 50_000


def measure(stage: Stage, large: int | None = None) -> list[Figure]:
    """A figure for the time of a first import, one for the same file again, one for memory."""
    rows = large or ROWS
    files = {count: stage.services.root / f"contacts{count}.csv" for count in (rows // 10, rows)}
    for count, path in files.items():
        contacts_file.write(path, count)
    few = _import(stage, "product", files[rows // 10], "import_few")
    plain = _import(stage, "floor", files[rows], "import_floor")
    first = _import(stage, "product", files[rows], "import_product")
    plain_again = _import(stage, "floor", files[rows], "import_floor", is_new=False)
    again = _import(stage, "product", files[rows], "import_product", is_new=False)
    return [
        _ratio(f"import of {rows:,} contacts / CSV + COPY + upsert", first, plain),
        _ratio(f"the same {rows:,} again / upsert again", again, plain_again),
        Figure(
            f"memory of an import of {rows:,} / {rows // 10:,}", first["memory_mb"] / few["memory_mb"], at_most=1.2,
            detail=f"{first['memory_mb']:.0f} / {few['memory_mb']:.0f} MB",
        ),
    ]  # fmt: skip


def _ratio(name: str, one: dict[str, Any], other: dict[str, Any]) -> Figure:
    made_of = f"{one['seconds']:.1f} / {other['seconds']:.1f} s"
    return Figure(name, one["seconds"] / other["seconds"], at_most=1.5, detail=made_of)


def _import(stage: Stage, how: str, path: Path, database: str, *, is_new: bool = True) -> dict[str, Any]:
    if is_new:
        stage.query(f"CREATE DATABASE {database} TEMPLATE {PRISTINE}")
    stage.query("CHECKPOINT")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.contacts_file", how, str(path)],
        env=os.environ | {"DATABASE_URL": stage.database_url(database)}, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{how} of {path.name} failed")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
