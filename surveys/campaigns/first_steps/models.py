"""That the first steps were put away, for the whole installation."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
