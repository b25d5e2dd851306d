"""What was given on tickets, for the figures of it: of a million steps the few with a sum."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followup", "0035_resolved_of_a_period")]

    operations = [
        AddIndexWhileInUse(
            model_name="step",
            index=models.Index(condition=models.Q(("amount__isnull", False)), fields=["ticket"], name="step_with_sum"),
        ),
    ]
