"""An index of the mails that left and are not known to have arrived, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0027_channels_are_known")]

    operations = [
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("channel", "email"), ("status", "sent")),
                fields=["sent_at", "id"],
                name="invitation_to_arrive",
            ),
        ),
    ]
