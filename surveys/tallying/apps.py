"""The app of the tallies by trait."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TallyingConfig(AppConfig):
    """Which traits answers are counted by, and how many answers each of their values has."""

    name = "surveys.tallying"
    label = "tallying"
    verbose_name = _("Tallies by trait")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from nps_project.background import queues, schedule
        from surveys.tallying.models import MarkedTrait

        schedule.every(15, fill_tallies="tallying.go_on")
        schedule.every(300, count_days="tallying.count_days")
        queues.add(queues.BULK, "tallying.fill", "tallying.go_on", "tallying.count_days")
        auditlog.register(MarkedTrait, include_fields=["name"])
