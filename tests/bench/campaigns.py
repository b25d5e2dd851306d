"""Campaigns: the start against the statement beneath it, mails against one fixed message, the fill against a join."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

from nps_project.embedded.processes import spawn
from tests.bench.figures import Figure
from tests.bench.stage import PRISTINE, Stage
from tests.product import CHECKOUT, free_port

PEOPLE, MAILS, FILLS = 200_000, 5_000, 20_000


def measure(stage: Stage, large: int | None = None) -> list[Figure]:
    """Figures for start, sending, memory and fill; `large`: so many customers and a tenth as many mails."""
    people, mails = large or PEOPLE, (large or 10 * MAILS) // 10
    begun, plain = _run(stage, "start", people), _run(stage, "plain_start", people)
    port = free_port()
    sink = spawn(
        [sys.executable, "-m", "tests.bench.mail_sink", str(port)], cwd=CHECKOUT, output=subprocess.DEVNULL,
        death_signal=signal.SIGTERM,
        environment=os.environ,
    )  # fmt: skip
    try:
        few = _run(stage, "send", mails // 10, port)
        sent, fixed, bare = (_run(stage, what, mails, port) for what in ("send", "send_fixed", "send_bare"))
    finally:
        sink.terminate()
        sink.wait()
    filled, joined = _run(stage, "fill", FILLS), _run(stage, "join", FILLS)
    return [
        Figure(
            f"start of a campaign of {people:,} / its INSERT ... SELECT", begun["seconds"] / plain["seconds"],
            at_most=1.5, detail=f"{begun['seconds']:.1f} / {plain['seconds']:.1f} s",
        ),
        _rates(f"{mails:,} invitations / one fixed message sent the same way", sent, fixed, at_least=0.5),
        _rates(f"{mails:,} invitations / the same bytes over one connection, no rows", sent, bare),
        Figure(
            f"memory of sending {mails:,} / {mails // 10:,}", sent["memory_mb"] / few["memory_mb"], at_most=1.2,
            detail=f"{sent['memory_mb']:.0f} / {few['memory_mb']:.0f} MB",
        ),
        _rates("filling a mail / str.join over its parts", filled, joined, at_least=0.5),
    ]  # fmt: skip


def _rates(name: str, one: dict[str, Any], other: dict[str, Any], at_least: float | None = None) -> Figure:
    rates = [done["count"] / done["seconds"] for done in (one, other)]
    return Figure(name, rates[0] / rates[1], at_least=at_least, detail=f"{rates[0]:.0f} / {rates[1]:.0f} a second")


def _run(stage: Stage, what: str, count: int, port: int = 0) -> dict[str, Any]:
    database = f"campaign_{what}_{count}"
    stage.query(f"CREATE DATABASE {database} TEMPLATE {PRISTINE}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.campaign_runs", what, str(count)], stdout=subprocess.PIPE, text=True,
        env=os.environ
        | {
            "DATABASE_URL": stage.database_url(database), "EMAIL_URL": f"smtp://127.0.0.1:{port or 9}",
            "DEFAULT_FROM_EMAIL": "Nordlys <ask@nordlys.dk>",
        },
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{what} of {count} failed")
    stage.query(f"DROP DATABASE {database}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
