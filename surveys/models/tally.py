"""Counts of confirmed answers per survey, day and score: every figure without a trait filter comes from here."""

from django.db import models

from surveys.models.survey import Survey
from surveys.scoring import HIGHEST, LOWEST


class Tally(models.Model):
    """How many confirmed answers a survey got on one day of the company's zone, with one score."""

    pk = models.CompositePrimaryKey("survey_id", "day", "score")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    day = models.DateField()
    score = models.SmallIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(score__range=(LOWEST, HIGHEST)), name="tally_score_range"),
            models.CheckConstraint(condition=models.Q(count__gte=0), name="tally_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.day} {self.score}: {self.count}"


class TallyZone(models.Model):
    """The zone whose days the tallies count; one row, changed only by rebuild_tallies."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="tally_zone_only_one")]

    def __str__(self) -> str:
        return self.name
