"""One table."""

from django.core.validators import MaxValueValidator
from django.db import models


class Answer(models.Model):
    """A score from 0 to 10 with a comment."""

    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)])
    comment = models.TextField(blank=True, max_length=10_000)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return f"{self.pk}: {self.score}"
