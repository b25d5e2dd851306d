"""Answers that somebody took on the phone."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0024_campaigns_are_known")]

    operations = [
        migrations.RemoveConstraint(model_name="response", name="response_channel_known"),
        migrations.AlterField(
            model_name="response",
            name="channel",
            field=models.CharField(
                choices=[
                    ("link", "Public link"),
                    ("personal", "Personal link"),
                    ("phone", "By phone"),
                    ("api", "API"),
                    ("import", "Import"),
                ],
                max_length=8,
                verbose_name="channel",
            ),
        ),
        AddConstraintNotValid(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["link", "personal", "phone", "api", "import"])),
                name="response_channel_is_known",
            ),
        ),
    ]
