"""The name of the settings in the admin."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0020_promises_of_a_day"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="followupsettings",
            options={"verbose_name": "follow-up settings", "verbose_name_plural": "follow-up settings"},
        ),
    ]
