"""The imports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Imports of contacts."""

    name = "surveys.contacts.imports"
    label = "imports"
    verbose_name = _("Imports of contacts")

    def ready(self) -> None:
        from nps_project.background import queues, schedule

        schedule.every(15, go_on_importing="imports.go_on")
        schedule.every(3600, forget_old_imports="imports.forget")
        queues.add_bulk("imports.work", "imports.go_on", "imports.forget")
