"""The app of the wallboard."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WallConfig(AppConfig):
    """The wallboard and its links."""

    name = "followup.insights.wall"
    label = "wall"
    verbose_name = _("Wallboard")
    addresses = (("insights/wall/", "followup.insights.wall.urls"),)

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup.insights.wall.models import WallLink
        from nps_project.guide import help_links

        auditlog.register(WallLink)
        help_links.add({"wall:links": "insight#the-wallboard"})
