"""Indexes of the invitations that are to be mailed, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0019_asking_by_mail")]

    operations = [
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("asked_at", None), ("channel", "email"), ("status", "waiting")),
                fields=["send_at", "id"],
                name="invitation_to_ask",
            ),
        ),
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", False), ("channel", "email"), ("status", "waiting")),
                fields=["asked_at", "id"],
                name="invitation_asked",
            ),
        ),
    ]
