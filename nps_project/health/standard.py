"""The order in which an installation is looked at."""

from django.utils.translation import gettext_lazy as _

from nps_project.health import probes_machine, probes_programs, probes_servers
from nps_project.health.checks import Probe, add

READY = ("database", "migrations", "broker")  # /readyz is 503 when one of these is broken, and without a sweep


def register() -> None:
    """Called once, when the app is ready."""
    for probe in (
        Probe("database", _("Database"), probes_servers.database),
        Probe("migrations", _("Migrations"), probes_servers.migrations, needs=("database",)),
        Probe("broker", _("Broker"), probes_servers.broker),
        Probe("beat", _("Beat"), probes_programs.beat, needs=("database", "migrations", "broker")),
        Probe("worker", _("Worker"), probes_programs.worker, needs=("database", "migrations", "broker")),
        Probe(
            "sweeps", _("Sweeps"), probes_programs.sweeps, needs=("database", "migrations", "broker", "beat", "worker")
        ),
        Probe("deliveries", _("Deliveries"), probes_programs.deliveries, needs=("database", "migrations")),
        Probe("mail", _("Mail server"), probes_programs.mail, asks_others=True),
        Probe("disk", _("Disk"), probes_machine.disk),
        Probe("clock", _("Clocks"), probes_machine.clock, needs=("database",)),
        Probe("addresses", _("Addresses"), probes_machine.addresses),
        Probe("static", _("Static files"), probes_machine.static_files),
    ):
        add(probe)
