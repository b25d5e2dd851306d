"""The app of the figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    """Recovery, causes, trials and reports."""

    name = "followup.insights"
    label = "insights"
    verbose_name = _("Insights")
    addresses = (
        ("insights/trials/", "followup.insights.trials.urls"),
        ("insights/", "followup.insights.urls"),
        ("api/v1/", "followup.insights.api.urls"),
    )

    def ready(self) -> None:
        from nps_project.guide import help_links

        help_links.add({f"trials:{view}": "trials#fair-trials" for view in ("list", "new", "trial", "plan", "play")})
        help_links.add(
            {
                "insights:overview": "insight#the-overview",
                "insights:compare": "insight#groups",
                "insights:fair_play": "insight#fair-play",
                "insights:fair_play_behind": "insight#fair-play",
                "insights:recovery": "recovery#what-the-page-shows",
                "insights:recovery_tickets": "recovery#the-tickets-behind-a-number",
            }
        )
