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
        from django.db.models.signals import post_save

        from followup.insights.reports import letter, receivers
        from nps_project.accounts.models import User
        from nps_project.background import queues, schedule
        from nps_project.deliveries import composing
        from nps_project.guide import help_links
        from nps_project.system import mail_names

        composing.add(letter.TEMPLATE, letter.compose, is_kept=True)
        mail_names.add(letter.TEMPLATE, _("A report on the figures"))
        schedule.every(60, send_reports="reports.send")
        queues.add(queues.BULK, "reports.send")
        post_save.connect(receivers.keep_the_hour, sender=User, dispatch_uid="reports.keep_the_hour")
        help_links.add({"reports:list": "insight#reports-by-mail"})
