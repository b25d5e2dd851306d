"""Praise that was passed on, and the words that promoters use most."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models import Response, Survey


class Praise(models.Model):
    """A promoter's words, passed on to one colleague by a person; once for each answer and colleague."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="+", db_index=False)  # praise_once is one
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("praise")
        verbose_name_plural = _("praise")
        constraints = [models.UniqueConstraint(fields=["response", "person"], name="praise_once")]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.person_id}"


class LovedWords(models.Model):
    """The words that most of a survey's promoters use in one language: [[word, customers], ...].

    `n`: the comments that were read; counted anew in the background.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)  # loved_words_once is one
    language = models.CharField(max_length=5)
    words = models.JSONField(default=list)
    n = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("words of promoters")
        verbose_name_plural = _("words of promoters")
        constraints = [models.UniqueConstraint(fields=["survey", "language"], name="loved_words_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.language}"
