"""The app of the reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Who gets which report, and when."""

    name = "followup.insights.reports"
    label = "reports"
    verbose_name = _("Reports by mail")
    addresses = (("insights/reports/", "followup.insights.reports.urls"),)

    def ready(self) -> None:
        from followup.insights.reports import letter
        from nps_project.background import queues, schedule
        from nps_project.deliveries import composing
        from nps_project.guide import help_links

        composing.add(letter.TEMPLATE, letter.compose, is_kept=True)
        schedule.every(60, send_reports="reports.send")
        queues.add(queues.BULK, "reports.send")
        help_links.add({"reports:list": "insight#reports-by-mail"})
