"""Sessions of people, and tokens of password resets."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from nps_project.accounts.models.user import User


class Session(AbstractBaseSession):
    """Django's session row, and whose it is: ending somebody's sessions is deleting rows."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    agent = models.CharField(max_length=300, blank=True)  # as the browser names itself
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = BaseSessionManager()  # type: ignore[misc]  # the base names it without its model

    @classmethod
    def get_session_store_class(cls) -> type:
        store: type = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store


class PasswordReset(models.Model):
    """A link that lets its owner choose a new password: once, within an hour. Only its SHA-256 is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    hashed_token = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # of the release before; what was used is deleted now

    def __str__(self) -> str:
        return f"{self.user_id} {self.expires_at}"
