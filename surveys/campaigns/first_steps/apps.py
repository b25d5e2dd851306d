"""The app of the first steps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FirstStepsConfig(AppConfig):
    """What a new installation still wants, until it is done or put away."""

    name = "surveys.campaigns.first_steps"
    label = "first_steps"
    verbose_name = _("First steps")
    addresses = (("setup/first-steps/", "surveys.campaigns.first_steps.urls"),)
