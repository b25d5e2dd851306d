"""The answers of one contact by time: what they said later is found without reading all."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("surveys", "0038_ask_again_once")]

    operations = [
        AddIndexWhileInUse(
            model_name="response",
            index=models.Index(
                fields=["contact", "answered_at", "id"],
                condition=models.Q(contact__isnull=False),
                name="response_contact_answered",
            ),
        ),
    ]
