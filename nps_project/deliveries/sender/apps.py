"""The app of the sender's check."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SenderConfig(AppConfig):
    """What DNS says of the sender of mails to customers."""

    name = "nps_project.deliveries.sender"
    label = "sender"
    verbose_name = _("Sender of mails")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from nps_project.deliveries.sender.models import SenderRecords

        auditlog.register(SenderRecords, include_fields=["selectors"])
