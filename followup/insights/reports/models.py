"""Which report goes to whom, and when."""

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import Team
from surveys.models import Segment, Survey

WEEKDAY_CHOICES = list(WEEKDAYS.items())


class Every(models.TextChoices):
    """How often, and of which days: those from Monday to Sunday, or of a month of the calendar."""

    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month, on the first")


class Report(models.Model):
    """A report that a person wants; the statement that moves `due_at` claims it.

    Of one survey, one team, or the customers of one segment; where none is set, of all that the person sees.
    `weekday` (0: Monday) and `at` are in the person's zone. last_day: the last day of the one that was made last.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False)
    every = models.CharField(_("how often"), max_length=5, choices=Every.choices, default=Every.WEEK)
    weekday = models.PositiveSmallIntegerField(
        _("on"), choices=WEEKDAY_CHOICES, default=0, validators=[MaxValueValidator(6)]
    )
    at = models.TimeField(_("at"), default=time(7))
    survey = models.ForeignKey(
        Survey, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    segment = models.ForeignKey(
        Segment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    with_pdf = models.BooleanField(_("as PDF, too"), default=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(db_index=True, editable=False)
    last_day = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")
        constraints = [
            models.CheckConstraint(condition=Q(every__in=Every.values), name="report_every_known"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="report_weekday_known"),
            models.CheckConstraint(
                condition=Q(survey=None, team=None) | Q(survey=None, segment=None) | Q(team=None, segment=None),
                name="report_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.survey or self.team or self.segment or "")
