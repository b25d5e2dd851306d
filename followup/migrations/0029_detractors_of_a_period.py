"""The detractors' tickets of a period, for the figures of recovery."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followup", "0028_churn_recorded_since")]

    operations = [
        AddIndexWhileInUse(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("discarded_at", None), ("score__lte", 6)),
                fields=["clock_from"],
                name="ticket_of_detractor",
            ),
        ),
    ]
