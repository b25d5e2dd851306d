"""The scanners app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScannersConfig(AppConfig):
    """Programs that check mails."""

    name = "surveys.scanners"
    label = "scanners"
    verbose_name = _("Mail scanners")
    addresses = (("contacts/scanners/", "surveys.urls.scanners"),)

    def ready(self) -> None:
        from nps_project.background import queues, schedule

        schedule.every(15, settle_taps="scanners.settle")
        schedule.every(6 * 3600, forget_old_openings="scanners.forget")
        queues.add(queues.SWEEPS, "scanners.settle")
        queues.add(queues.BULK, "scanners.forget")
