"""The background app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackgroundConfig(AppConfig):
    """Queues, schedule, sweeps."""

    name = "nps_project.background"
    label = "background"
    verbose_name = _("Background work")

    def ready(self) -> None:
        from nps_project.background import health, heartbeat_signals, listening, queues, schedule, yielding
        from nps_project.health import metrics
        from nps_project.health.checks import Check, add

        heartbeat_signals.connect()
        listening.connect()
        yielding.connect()
        schedule.every(60, say_that_the_sweeps_are_alive="health.sweep_seen")
        queues.add(queues.SWEEPS, "health.sweep_seen")
        reached = ("database", "migrations", "broker")
        add(Check("beat", _("Beat"), health.beat, needs=reached))
        add(Check("worker", _("Worker"), health.worker, needs=reached))
        add(Check("sweeps", _("Sweeps"), health.sweeps, needs=(*reached, "beat", "worker")))
        add(Check("put_aside", _("Rows put aside"), health.put_aside, needs=("database", "migrations")))
        metrics.add(health.rows_measured)
        metrics.add(health.sweeps_measured)
