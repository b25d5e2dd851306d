"""The app of the weekly mail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WeeklyConfig(AppConfig):
    """When each reader's next weekly mail is due."""

    name = "followup.insights.weekly"
    label = "weekly"
    verbose_name = _("Weekly mail")

    def ready(self) -> None:
        from nps_project.background import queues, schedule

        schedule.every(60, send_weekly_mails="weekly.send")
        queues.add(queues.BULK, "weekly.send")
