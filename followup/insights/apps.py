"""The app of the figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    """Recovery, causes, trials and reports."""

    name = "followup.insights"
    label = "insights"
    verbose_name = _("Insights")
