"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, teams, keys."""

    name = "nps_project.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from nps_project.accounts.models import ApiKey, Team, User

        auditlog.register(User, exclude_fields=["password", "last_login"])
        auditlog.register(Team, m2m_fields={"members"})
        auditlog.register(ApiKey, exclude_fields=["hashed_key", "last_used_at"])
