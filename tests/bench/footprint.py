"""What the whole product takes on one machine: memory of each process, and how long a start takes."""

import time

import psutil  # type: ignore[import-untyped]  # it ships no types

from tests.bench.figures import Figure
from tests.bench.stage import Program, Stage
from tests.product import forget

SETTLE_S = 15.0  # the workers load once the web answers


def measure(stage: Stage) -> list[Figure]:
    """Shown, without a budget: proportional memory in MB by program, and seconds to the first page."""
    began = time.monotonic()
    first = _on_its_own(stage)
    took = time.monotonic() - began
    first.stop()
    began = time.monotonic()
    again = _on_its_own(stage)
    took_again = time.monotonic() - began
    time.sleep(SETTLE_S)
    memory = _memory(again.process.pid)
    again.stop()
    forget(stage.services.root / "footprint")
    figures = [
        Figure("seconds to the first page, first start", took, detail="its cluster, tables and static files included"),
        Figure("seconds to the first page, later starts", took_again),
    ]
    total = sum(memory.values())
    return [*figures, *(Figure(f"MB of {name}", size) for name, size in memory.items()), Figure("MB of all", total)]


def _on_its_own(stage: Stage) -> Program:
    """As `make run` starts it: with servers of its own, whose cluster the first start makes."""
    return stage.product("footprint", DATABASE_URL="", REDIS_URL="")


def _memory(supervisor: int) -> dict[str, float]:
    """Proportional set size by program, in MB: pages that several share are divided among them."""
    sizes: dict[str, float] = {}
    parent = psutil.Process(supervisor)
    for process in [parent, *parent.children(recursive=True)]:
        line = " ".join(process.cmdline())
        words = {
            "nps_project.serve": "web",
            "multiprocessing": "web",
            "urgent": "worker",
            "sweeps": "sweeps worker",
            "queues mail": "mail worker",
            "bulk": "bulk worker",
            " beat": "beat",
            "postgres": "servers",
            "valkey-server": "servers",
        }
        name = next((name for word, name in words.items() if word in line), "supervisor")
        sizes[name] = sizes.get(name, 0.0) + process.memory_full_info().pss / 1e6
    sizes.pop("servers", None)
    return sizes
