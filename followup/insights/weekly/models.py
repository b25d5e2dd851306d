"""When the weekly mail of each reader is due next."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WeeklyMail(models.Model):
    """One for each reader; the statement that moves `due_at` claims the mail. `week`: the Monday of the last one.

    basis: the zone, day and time from which `due_at` follows; when the reader chooses others it is worked out anew.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    basis = models.CharField(max_length=100)
    week = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("weekly mail")
        verbose_name_plural = _("weekly mails")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.due_at:%Y-%m-%d}"
