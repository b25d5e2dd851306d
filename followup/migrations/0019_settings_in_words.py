"""The name of the settings in the admin."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0018_fewer_indexes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="followupsettings",
            options={"verbose_name": "follow-up settings", "verbose_name_plural": "follow-up settings"},
        ),
    ]
