"""What is kept of comments: their language and their terms. A trigger forgets both when the comment changes."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.models import Response, ResponseState, Survey
from surveys.models.response import Group

LANGUAGES = {"en": _("English"), "nl": _("Dutch"), "da": _("Danish")}


class CommentTermsQuerySet(models.QuerySet["CommentTerms"]):
    """Filters of what pages count."""

    def of_period(self, surveys: QuerySet[Survey], begins: datetime, ends: datetime) -> Self:
        """Comments of confirmed answers to these surveys, from `begins` to before `ends`."""
        rows = self.filter(survey__in=surveys, answered_at__gte=begins, answered_at__lt=ends)
        return rows.filter(response__state=ResponseState.CONFIRMED)


class CommentTerms(models.Model):
    """One comment, as it was read: its language, empty where that is not known, and the terms in it by stem.

    `surfaces`: the terms as they are written, in the same places. `customer`: the contact's id, or for an answer
    without one its own, negated. The migration has the trigger.
    """

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="+")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)  # words_survey is one
    group = models.CharField(max_length=9, choices=Group.choices)
    answered_at = models.DateTimeField()
    customer = models.BigIntegerField()
    language = models.CharField(max_length=2, blank=True, choices=LANGUAGES.items())
    terms = ArrayField(models.TextField())
    surfaces = ArrayField(models.TextField())

    objects = CommentTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a comment")
        verbose_name_plural = _("words of comments")
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["", *LANGUAGES]), name="words_language_known"),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="words_group_known"),
        ]
        indexes = [
            # /insights/words/ of all surveys, and of one: the newest comments of a group.
            models.Index(fields=["language", "group", "answered_at", "response"], name="words_newest"),
            models.Index(fields=["survey", "language", "group", "answered_at", "response"], name="words_survey"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.language}"


class ToRead(models.Model):
    """A comment that has to be read again, or by itself; the trigger writes it down when the comment changes."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("comment to read")
        verbose_name_plural = _("comments to read")

    def __str__(self) -> str:
        return str(self.response_id)


class Progress(models.Model):
    """How far the comments are read: all with an id up to `last_id`. There is one row."""

    last_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("progress of reading")
        verbose_name_plural = _("progress of reading")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="words_progress_once")]

    def __str__(self) -> str:
        return str(self.last_id)
