from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0010_sort_orders"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="first_contact_warn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="last_seen_change",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
