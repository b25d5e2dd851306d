"""What was resolved in a period, for the wallboard and the weekly mails."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followup", "0034_causes_named")]

    operations = [
        AddIndexWhileInUse(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("discarded_at", None), ("resolved_at__isnull", False)),
                fields=["resolved_at"],
                include=("score", "outcome"),
                name="ticket_resolved",
            ),
        ),
    ]
