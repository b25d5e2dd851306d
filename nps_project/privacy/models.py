"""What was erased, without a word of what it was; and the addresses that are never asked again, as keyed hashes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Whose data were erased."""

    CONTACT = "contact", _("Customer")
    ANSWER = "answer", pgettext_lazy("of a customer", "Answer")


class Why(models.TextChoices):
    """Why, in a word."""

    ASKED = "asked", _("The customer asked for it")
    NOT_NEEDED = "not_needed", _("It is no longer needed")
    OTHER = "other", _("Another reason")


class Erasure(models.Model):
    """One run of erasing. `row_id` and `born_at` are those of the contact or answer, whose row stays as a shell.

    `counts`: how many rows held something, by the key of the table.
    """

    kind = models.CharField(_("what"), max_length=7, choices=Kind.choices)
    row_id = models.BigIntegerField()
    born_at = models.DateTimeField()
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    why = models.CharField(_("why"), max_length=10, choices=Why.choices)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="erasure_kind_known"),
            models.CheckConstraint(condition=models.Q(why__in=Why.values), name="erasure_why_known"),
        ]
        indexes = [models.Index(fields=["kind", "row_id"], name="erasure_of_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"

    @property
    def total(self) -> int:
        """How many rows held something."""
        counts: dict[str, Any] = self.counts
        return sum(counts.values())


class NeverAsked(models.Model):
    """An address that no survey asks, since its customer was erased; `digest` as suppression.py makes it."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("address that is never asked")
        verbose_name_plural = _("addresses that are never asked")

    def __str__(self) -> str:
        return self.digest
