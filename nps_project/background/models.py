"""Rows on which a sweep failed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PutAside(models.Model):
    """A row that a sweep could not do, and when it is tried again; deleted when it succeeds or is due no more."""

    sweep = models.CharField(_("sweep"), max_length=100)  # a name of sweep.SWEEPS
    row_id = models.BigIntegerField(_("row"))
    failures = models.PositiveIntegerField(_("failures"), default=1)
    retry_at = models.DateTimeField(_("tried again"))
    error = models.CharField(_("error"), max_length=100)  # the exception's class
    message = models.CharField(_("message"), max_length=300, blank=True)  # without personal data
    first_at = models.DateTimeField(_("first seen"), default=timezone.now)

    class Meta:
        verbose_name = _("row put aside")
        verbose_name_plural = _("rows put aside")
        constraints = [models.UniqueConstraint(fields=["sweep", "row_id"], name="put_aside_once")]

    def __str__(self) -> str:
        return f"{self.sweep} {self.row_id}: {self.error}"
