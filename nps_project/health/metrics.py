"""The figures of /metrics for Prometheus. Each call reads them from the database, so all processes give the same."""

from collections.abc import Callable, Iterable

from django.db import DatabaseError, connection, transaction
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

LONGEST_MS = 2_000  # a figure that takes longer is left out, and `winback_up` says so

Source = Callable[[], Iterable[Metric]]
SOURCES: list[Source] = []


def add(source: Source) -> None:
    """Add a source of figures; an app calls it in ready()."""
    if source not in SOURCES:
        SOURCES.append(source)


class _Everything:
    def collect(self) -> Iterable[Metric]:
        well: dict[str, bool] = {}  # by app, which may have several sources
        for source in SOURCES:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST_MS])
                    found = list(source())
                is_well = True
            except DatabaseError:
                found, is_well = [], False
            part = source.__module__.split(".")[0]
            well[part] = well.get(part, True) and is_well
            yield from found
        up = GaugeMetricFamily("winback_up", "1 when every figure could be read", labels=["part"])
        for part, is_well in well.items():
            up.add_metric([part], int(is_well))
        yield up


def text() -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Everything())
    return generate_latest(registry)
