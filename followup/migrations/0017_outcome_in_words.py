"""The label of an outcome collides with no other word. No statement: labels are not stored."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0016_customers_are_they"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("recovered", "Recovered"),
                    ("kept", "Stayed"),
                    ("lost", "Lost"),
                    ("unreachable", "Unreachable"),
                    ("no_action", "No action needed"),
                ],
                max_length=11,
                null=True,
                verbose_name="outcome",
            ),
        ),
    ]
