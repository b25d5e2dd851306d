"""The marked day."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.models import Survey

WORDS_MAX_LENGTH = 80


class EventQuerySet(models.QuerySet["Event"]):
    """Filters by what a trend shows."""

    def shown(self, surveys: QuerySet[Survey], first: date, last: date) -> Self:
        """The marked days of a period, of all surveys or of one of these; in their order."""
        rows = self.filter(Q(survey=None) | Q(survey__in=surveys), day__range=(first, last))
        return rows.select_related("survey").order_by("day", "pk")


class Event(models.Model):
    """Something that happened on a day, such as a new warehouse; `survey` is null where it concerns all."""

    day = models.DateField(_("day"), db_index=True)
    words = models.CharField(_("what happened"), max_length=WORDS_MAX_LENGTH)
    survey = models.ForeignKey(
        Survey, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("marked day")
        verbose_name_plural = _("marked days")
        ordering = ["day", "id"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="event_says_something")]

    def __str__(self) -> str:
        return f"{self.day}: {self.words}"
