"""The app of what is kept of customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Finding, giving out and erasing."""

    name = "nps_project.privacy"
    label = "privacy"
    verbose_name = _("What is kept of customers")
    addresses = (("setup/erased/", "nps_project.privacy.urls"),)

    def ready(self) -> None:
        from nps_project.api import enums
        from nps_project.guide import help_links
        from nps_project.operations import backup
        from nps_project.privacy import again, own_parts, registry

        registry.add(own_parts.MAILS)
        registry.add(own_parts.PROGRAMS)
        backup.carry_over(lambda: list(again.lines()), again.repeat)
        enums.add(WhyErasedEnum="nps_project.privacy.models.Why")
        help_links.add({"privacy:erased": "privacy#what-was-erased"})
