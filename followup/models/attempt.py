"""One try to reach the customer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AttemptResult(models.TextChoices):
    """What came of the attempt."""

    REACHED = "reached", _("Reached")
    VOICEMAIL = "voicemail", _("Left a voicemail")
    NO_ANSWER = "no_answer", _("No answer")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    SENT = "sent", _("Mail sent")


class AttemptChannel(models.TextChoices):
    """How the attempt was made."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    IN_PERSON = "in_person", _("In person")
    OTHER = "other", _("Another way")


class Attempt(models.Model):
    """A call, mail or visit on a ticket. `counts`: it was a contact; a bounced mail takes that back."""

    ticket = models.ForeignKey("followup.Ticket", models.PROTECT, related_name="attempts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=12, choices=AttemptResult.choices)
    channel = models.CharField(_("channel"), max_length=9, choices=AttemptChannel.choices, default=AttemptChannel.PHONE)
    at = models.DateTimeField(_("when"))
    duration_s = models.PositiveIntegerField(_("length (seconds)"), null=True, blank=True)
    counts = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(result__in=AttemptResult.values), name="attempt_result_known"),
            models.CheckConstraint(condition=models.Q(channel__in=AttemptChannel.values), name="attempt_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.result}"
