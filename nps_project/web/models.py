"""The forms that staff have sent."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class FormSubmission(models.Model):
    """One person sent one form, filled in so; written in the transaction of what the form does."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)  # SHA-256 of path and fields
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="form_submission_once")]

    def __str__(self) -> str:
        return self.fingerprint
