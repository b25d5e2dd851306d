"""Answers by follows, without those that have none: most have none, and the index is written with each."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("surveys", "0031_find_by_contact")]

    operations = [
        AddIndexWhileInUse(
            model_name="response",
            index=models.Index(fields=["follows"], condition=models.Q(follows__isnull=False), name="response_follows"),
        ),
    ]
