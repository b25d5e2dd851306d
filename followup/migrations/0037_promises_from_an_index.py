"""How the promises of a period ended, without a look at the tickets themselves."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followup", "0036_steps_with_sums")]

    operations = [
        AddIndexWhileInUse(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("discarded_at", None), ("score__lte", 6)),
                fields=["clock_from"],
                include=["first_contact_at", "first_contact_due_at", "resolved_at", "outcome"],
                name="ticket_promises",
            ),
        ),
    ]
