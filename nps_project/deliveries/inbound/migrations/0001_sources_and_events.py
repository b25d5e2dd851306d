"""Know the sources of returned mail, and the events that were taken."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MailSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=400, unique=True, verbose_name="source")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mailbox", "Mailbox"), ("service", "Mail service")], max_length=7, verbose_name="kind"
                    ),
                ),
                ("reached_at", models.DateTimeField(null=True, verbose_name="last reached")),
                ("word_at", models.DateTimeField(null=True, verbose_name="last word")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="failed since")),
                ("failure", models.CharField(blank=True, default="", max_length=100)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("last_uid", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "source of returned mail",
                "verbose_name_plural": "sources of returned mail",
            },
        ),
        migrations.CreateModel(
            name="TakenEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "event of a mail",
                "verbose_name_plural": "events of mails",
                "indexes": [models.Index(fields=["at"], name="taken_event_at")],
            },
        ),
    ]
