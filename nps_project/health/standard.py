"""The order in which an installation is looked at."""

from django.utils.translation import gettext_lazy as _

from nps_project.health import probes_machine, probes_servers
from nps_project.health.checks import Probe, add

READY = ("database", "migrations", "broker")  # /readyz is 503 when one of these is broken, and without a sweep


def register() -> None:
    """Called once, when the app is ready."""
    for probe in (
        Probe("database", _("Database"), probes_servers.database),
        Probe("migrations", _("Migrations"), probes_servers.migrations, needs=("database",)),
        Probe("broker", _("Broker"), probes_servers.broker),
        Probe("disk", _("Disk"), probes_machine.disk),
        Probe("clock", _("Clocks"), probes_machine.clock, needs=("database",)),
        Probe("addresses", _("Addresses"), probes_machine.addresses),
        Probe("static", _("Static files"), probes_machine.static_files),
    ):
        add(probe)
