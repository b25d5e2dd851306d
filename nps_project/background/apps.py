"""The background app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackgroundConfig(AppConfig):
    """Sweeps."""

    name = "nps_project.background"
    label = "background"
    verbose_name = _("Background work")

    def ready(self) -> None:
        from nps_project.background import health
        from nps_project.health import checks, metrics

        probe = checks.Probe("put_aside", _("Rows put aside"), health.put_aside, needs=("database", "migrations"))
        checks.add(probe)
        metrics.add(health.measured)
