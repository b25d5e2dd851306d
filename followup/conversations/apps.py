"""The app of the conversation with customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """Mail on tickets, and the customer's side of them."""

    name = "followup.conversations"
    label = "conversations"
    verbose_name = _("Conversations")
