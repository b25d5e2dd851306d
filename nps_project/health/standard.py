"""Registers the checks of machine and servers, in their order."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from nps_project.health import checks_machine, checks_servers, metrics, replica
from nps_project.health.checks import Check, add

READY = ("database", "migrations", "broker")  # /readyz is 503 when one of these is broken, and without a sweep


def register() -> None:
    """Add the checks; the health app calls it once, when it is ready."""
    for check in (
        Check("database", _("Database"), checks_servers.database),
        Check("migrations", _("Migrations"), checks_servers.migrations, needs=("database",)),
        Check("broker", _("Broker"), checks_servers.broker),
        Check("disk", _("Disk"), checks_machine.disk),
        Check("clock", _("Clocks"), checks_machine.clock, needs=("database",)),
        Check("addresses", _("Addresses"), checks_machine.addresses),
        Check("static", _("Static files"), checks_machine.static_files),
    ):
        add(check)
    if settings.DATABASE_REPLICA:
        add(Check("replica", _("Replica"), replica.check, needs=("database",), asks_others=True))
        metrics.add(replica.metrics)
