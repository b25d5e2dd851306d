"""The app of booked calls."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlotsConfig(AppConfig):
    """Times for a call that customers choose."""

    name = "followup.conversations.slots"
    label = "call_slots"
    verbose_name = _("Booked calls")
