"""Secrets: hashed API keys, and the key that signs customers' links."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key may do: read = viewer, write = agent, admin = admin."""

    READ = "read", _("Read")
    WRITE = "write", _("Write")
    ADMIN = "admin", _("Admin")


class ApiKey(models.Model):
    """A key of the API; only its SHA-256 is stored. Its service account is the actor in history."""

    name = models.CharField(_("name"), max_length=100)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_key")
    scope = models.CharField(_("scope"), max_length=5, choices=Scope.choices)
    survey = models.ForeignKey(
        "surveys.Survey", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only this survey")
    )
    hashed_key = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="api_key_scope_known")]

    def __str__(self) -> str:
        return self.name


class LinkKey(models.Model):
    """The one key under which links are signed; made once, never shown."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    secret = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="link_key_only_one")]

    def __str__(self) -> str:
        return f"made {self.created_at:%Y-%m-%d}"
