"""Which surveys are made up, and what was made with them: what `load_demo --reset` may remove."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

REMOVING = "winback.removing_samples"  # the session variable that the append-only triggers look at


class Sample(models.Model):
    """The list of the sample data; one row.

    A trigger refuses surveys that have answers, and any later change of the list: nothing real becomes a sample.
    `made`: ids of what else was made, by the label of its model.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    survey_ids = ArrayField(models.BigIntegerField())
    made = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="sample_only_one")]

    def __str__(self) -> str:
        return str(self.pk)
