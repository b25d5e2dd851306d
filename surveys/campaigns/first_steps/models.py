"""What is kept once for the whole installation: who runs it, and that the first steps were put away."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OwnCompany(models.Model):
    """The one row about the company that runs this installation, there once an admin told."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("own company")
        verbose_name_plural = _("own company")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="own_company_once"),
            models.CheckConstraint(condition=models.Q(currency__regex="^([A-Z]{3})?$"), name="own_currency_three"),
        ]

    def __str__(self) -> str:
        return self.name


class PutAway(models.Model):
    """The one row, there once an admin put the steps away: what is to be set up is the company's, not one person's."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("first steps put away")
        verbose_name_plural = _("first steps put away")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="put_away_once")]

    def __str__(self) -> str:
        return str(self.at)
