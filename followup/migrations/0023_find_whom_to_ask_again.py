"""Tickets whose customers are to be asked again, by the time."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followup", "0022_asking_again")]

    operations = [
        AddIndexWhileInUse(
            model_name="ticket",
            index=models.Index(
                fields=["ask_again_at"], condition=models.Q(ask_again_at__isnull=False), name="ticket_to_ask_again"
            ),
        ),
    ]
