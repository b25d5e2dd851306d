"""The app of those who did not answer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SilenceConfig(AppConfig):
    """Figures about the silent, and call lists of some of them."""

    name = "followup.insights.silence"
    label = "silence"
    verbose_name = _("Customers who did not answer")
    addresses = (
        ("insights/silence/", "followup.insights.silence.urls"),
        ("api/v1/", "followup.insights.silence.api_urls"),
    )

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup.desk.queue import signs
        from followup.insights.silence.calls import services  # noqa: F401  (its sweep)
        from followup.insights.silence.calls.waiting import SIGN
        from followup.insights.silence.models import CallList
        from nps_project.api import enums
        from nps_project.background import queues, schedule
        from nps_project.guide import help_links

        signs.add(SIGN)
        enums.add(CallStateEnum="followup.insights.silence.models.CallState")
        schedule.every(60, lapse_calls="silence.lapse")
        queues.add(queues.SWEEPS, "silence.lapse")
        help_links.add({"silence:page": "insight#who-did-not-answer"})
        help_links.add(
            {f"silence:{view}": "manager#calling-the-silent" for view in ("calls", "calls_new", "call_list")}
        )
        auditlog.register(CallList)
