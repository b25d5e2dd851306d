"""The deliveries app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveriesConfig(AppConfig):
    """Outgoing mail and webhooks."""

    name = "nps_project.deliveries"
    label = "deliveries"
    verbose_name = _("Deliveries")
