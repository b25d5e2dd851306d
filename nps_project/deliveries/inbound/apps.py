"""The app of what comes back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboundConfig(AppConfig):
    """Webhooks of mail services, and mailboxes."""

    name = "nps_project.deliveries.inbound"
    label = "inbound"
    verbose_name = _("Mail that comes back")
    addresses = (("mail/", "nps_project.deliveries.inbound.urls"),)

    def ready(self) -> None:
        from nps_project.background import queues, schedule
        from nps_project.deliveries.inbound import health, posted, watching
        from nps_project.deliveries.inbound.mailbox import read_again_after_restore
        from nps_project.deliveries.inbound.views import is_signed_in
        from nps_project.deliveries.mail_services import SERVICES
        from nps_project.health.checks import Check, add
        from nps_project.operations import backup
        from nps_project.web import customer_pipeline, uploads

        limit = uploads.Upload(posted.MOST_BYTES, posted.WITHIN_S, is_signed_in)
        for service in SERVICES:
            uploads.take(f"/mail/{service}/inbound/", limit)
        watching.connect()
        backup.after_restore(read_again_after_restore)
        customer_pipeline.add_paths("/mail/")
        schedule.every(60, read_mailboxes="inbound.read_mailboxes")
        schedule.every(24 * 3600, forget_mail_events="inbound.forget")
        queues.add(queues.BULK, "inbound.read_mailboxes", "inbound.forget")
        add(
            Check(
                "returned_mail", _("Mail that comes back"), health.sources_are_heard, needs=("database", "migrations")
            )
        )
