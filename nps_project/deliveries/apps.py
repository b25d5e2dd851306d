"""The deliveries app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveriesConfig(AppConfig):
    """Outgoing mail and webhooks."""

    name = "nps_project.deliveries"
    label = "deliveries"
    verbose_name = _("Deliveries")

    def ready(self) -> None:
        from nps_project.background import queues, schedule
        from nps_project.deliveries import health
        from nps_project.health import metrics
        from nps_project.health.checks import Check, add

        schedule.every(5, send_deliveries="deliveries.send_due")
        queues.add(queues.MAIL, "deliveries.send_due")
        add(Check("deliveries", _("Deliveries"), health.deliveries, needs=("database", "migrations")))
        add(Check("mail", _("Mail server"), health.mail, asks_others=True))
        metrics.add(health.measured)
