"""The times in which the resolution target of a ticket stands still."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from followup.models.ticket import Ticket


class PauseKind(models.TextChoices):
    """Why the resolution target of a ticket stood still."""

    WAITING = "waiting", _("Waiting for the customer")
    CLOSED = "closed", _("Resolved")


class Pause(models.Model):
    """A time in which the resolution target of a ticket stood still; at most one is open."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=7, choices=PauseKind.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PauseKind.values), name="pause_kind_known"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="pause_in_order"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="pause_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"
