"""The app of the installation itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SystemConfig(AppConfig):
    """Its state, figures and outbox."""

    name = "nps_project.system"
    label = "system"
    verbose_name = _("System")
    addresses = (("", "nps_project.system.urls"), ("desk/outbox/", "nps_project.system.outbox_urls"))
