"""The replica from which figures are read, where DATABASE_REPLICA_URL names one: how far behind it is."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from prometheus_client.core import GaugeMetricFamily, Metric

from nps_project.common import replica
from nps_project.health.checks import CheckResult, State


def check() -> CheckResult:
    """Whether figures can be read from it; the database itself answers where they cannot."""
    known = replica.look()
    meanwhile = _("Figures are read from the database itself meanwhile.")
    if known.is_other:
        hint = _("DATABASE_REPLICA_URL must lead to a hot standby of the database of DATABASE_URL.")
        return CheckResult(State.BROKEN, _("is no replica of this database"), f"{hint} {meanwhile}")
    if known.lag_s is None:
        hint = _("Look at DATABASE_REPLICA_URL and at the server.")
        return CheckResult(State.BROKEN, _("cannot be reached"), f"{hint} {meanwhile}")
    if not known.is_near:
        hint = _("Look at its network, its disk, and what runs on it.")
        return CheckResult(State.LOOK, _behind(known.lag_s), f"{hint} {meanwhile}")
    return CheckResult(State.OK, _behind(known.lag_s))


def _behind(lag_s: float) -> str:
    if lag_s == float("inf"):
        return _("has not replayed anything yet")
    return _("%(n)d s behind, %(most)d s allowed") % {"n": round(lag_s), "most": settings.DATABASE_REPLICA_SECONDS}


def metrics() -> Iterable[Metric]:
    """Of a lag that is not known no value."""
    known = replica.look()
    yield GaugeMetricFamily(
        "winback_replica_used", "1 when figures are read from the replica", value=int(known.is_near)
    )
    lag = GaugeMetricFamily("winback_replica_lag_seconds", "How far the replica is behind the database")
    if known.lag_s is not None:
        lag.add_metric([], known.lag_s)
    yield lag
