"""The app of the first steps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FirstStepsConfig(AppConfig):
    """What a new installation still wants, until it is done or put away."""

    name = "surveys.campaigns.first_steps"
    label = "first_steps"
    verbose_name = _("First steps")
    addresses = (("setup/first-steps/", "surveys.campaigns.first_steps.urls"),)

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from surveys.campaigns.first_steps.models import OwnCompany

        auditlog.register(OwnCompany, include_fields=["name", "language", "currency"])
