"""The health app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    """Checks, heartbeats, metrics."""

    name = "nps_project.health"
    label = "health"
    verbose_name = _("Health")

    def ready(self) -> None:
        from nps_project.health import standard

        standard.register()
