"""Indexes of the recipients of campaigns, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse, AddUniqueWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0022_campaigns")]

    operations = [
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("asked_at", None), ("channel", "email"), ("status", "waiting")),
                fields=["campaign", "time_zone", "send_at", "id"],
                name="invitation_turns",
            ),
        ),
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("channel", "email"), ("held_until__isnull", False), ("status", "held")),
                fields=["campaign", "held_until", "id"],
                name="invitation_held",
            ),
        ),
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)),
                fields=["campaign", "remind_at", "id"],
                name="invitation_to_remind",
            ),
        ),
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["campaign", "status", "id"],
                name="invitation_recipients",
            ),
        ),
        AddUniqueWhileInUse(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("campaign__isnull", False)),
                fields=("campaign", "contact", "round"),
                name="invitation_once_a_round",
            ),
        ),
    ]
