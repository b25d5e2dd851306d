"""The app of silent risk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskConfig(AppConfig):
    """Customers at risk, looked for each hour."""

    name = "followup.insights.risk"
    label = "risk"
    verbose_name = _("Silent risk")
    addresses = (
        ("insights/risk/", "followup.insights.risk.urls"),
        ("api/v1/", "followup.insights.risk.api_urls"),
    )

    def ready(self) -> None:
        from nps_project.background import queues, schedule
        from nps_project.guide import help_links

        schedule.every(3600, look_for_silent_risk="risk.look")
        queues.add(queues.BULK, "risk.look")
        help_links.add({"risk:risk": "insight#silent-risk-and-money"})
