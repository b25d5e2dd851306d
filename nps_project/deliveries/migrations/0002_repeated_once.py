"""A staff mail of unknown end is repeated once, also when it had failed before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deliveries", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="repeated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
