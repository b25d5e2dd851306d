"""The app of marked days."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Days that a person marked on the trends."""

    name = "followup.insights.events"
    label = "events"
    verbose_name = _("Marked days")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup.insights.events.models import Event

        auditlog.register(Event)
