"""Answers by contact, without those that have none: most have none, and the index is written with each."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("surveys", "0030_chosen_language")]

    operations = [
        AddIndexWhileInUse(
            model_name="response",
            index=models.Index(fields=["contact"], condition=models.Q(contact__isnull=False), name="response_contact"),
        ),
    ]
