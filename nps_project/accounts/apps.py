"""The accounts app."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def _begun(request: HttpRequest, **_kwargs: Any) -> None:
    from nps_project.accounts.signin.sessions import note

    note(request, timezone.now())


class AccountsConfig(AppConfig):
    """Users, teams, keys."""

    name = "nps_project.accounts"
    label = "accounts"
    verbose_name = _("People")
    addresses = (("", "nps_project.accounts.urls"), ("setup/", "nps_project.accounts.people.urls"))

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from nps_project.accounts.account_mails import erase_reset_link
        from nps_project.accounts.models import ApiKey, Team, User
        from nps_project.background import queues, schedule
        from nps_project.deliveries.signals import delivery_sent

        schedule.every(3600, forget_ended_sessions="accounts.forget_ended_sessions")
        queues.add(queues.BULK, "accounts.forget_ended_sessions")

        delivery_sent.connect(erase_reset_link, dispatch_uid="accounts.erase_reset_link")
        user_logged_in.connect(_begun, dispatch_uid="accounts.session_begun")
        auditlog.register(User, exclude_fields=["password", "last_login"])
        auditlog.register(Team, m2m_fields={"members"})
        auditlog.register(ApiKey, exclude_fields=["hashed_key", "last_used_at"])
