"""What people decided about answers: whether they count."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.response import Response, ResponseState

REASON_MAX_LENGTH = 500


class DecisionKind(models.TextChoices):
    """What was decided."""

    ACCEPTED = "accepted", _("Accepted")
    DISCARDED = "discarded", _("Discarded")
    RESTORED = "restored", _("Brought back")


class Decision(models.Model):
    """One decision of a person about an answer, with the state in which it found the answer; append-only by trigger."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=9, choices=DecisionKind.choices)
    before = models.CharField(_("state before"), max_length=11, choices=ResponseState.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=REASON_MAX_LENGTH, blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("decision about an answer")
        verbose_name_plural = _("decisions about answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(condition=models.Q(before__in=ResponseState.values), name="decision_before_known"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.kind}"
