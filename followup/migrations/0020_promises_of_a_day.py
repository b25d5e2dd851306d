"""The index by which the bell finds a person's promises of the day, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("followup", "0019_notices")]

    operations = [
        AddIndexWhileInUse(
            model_name="promise",
            index=models.Index(fields=["owner", "due_at"], condition=models.Q(state="open"), name="promise_of_owner"),
        ),
    ]
